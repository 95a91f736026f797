// Where the time of a run goes, room by room: what its own functions take, sampled by V8.

import { readFileSync } from "node:fs";
import { type Profiler, Session } from "node:inspector";
import { fileURLToPath } from "node:url";

const EVERY_US = 500;
const ROOMS = 8;

/** The room of each line of a compiled file, which names the source before its part of it. */
function roomsIn(url: string): readonly string[] {
  let room = "elsewhere";
  return readFileSync(fileURLToPath(url), "utf8")
    .split("\n")
    .map((line) => {
      const source = /^\/\/ (\S+\/\S+)\.ts$/.exec(line)?.[1];
      if (source !== undefined) room = /^(?:src|sim)\/[^/]+/.exec(source)?.[0] ?? "elsewhere";
      return room;
    });
}

const known = new Map<string, readonly string[]>();

/** `src/monitors` or `sim/engine`; what has no file goes by its name, such as the collector. */
function roomOf({ callFrame: { url, lineNumber, functionName } }: Profiler.ProfileNode): string {
  if (url === "") return functionName;
  if (!url.endsWith(".mjs")) return "elsewhere";
  let rooms = known.get(url);
  if (rooms === undefined) {
    rooms = roomsIn(url);
    known.set(url, rooms);
  }
  return rooms[lineNumber] ?? "elsewhere";
}

/** The rooms that take most, each with its share in per cent. */
export function roomsOf(body: () => void): string {
  const session = new Session();
  let profile: Profiler.Profile | undefined;
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.setSamplingInterval", { interval: EVERY_US });
  session.post("Profiler.start");
  body();
  session.post("Profiler.stop", (_error, stopped) => {
    profile = stopped.profile;
  });
  session.disconnect();
  const { nodes = [], samples = [] } = profile ?? {};
  const rooms = new Map(nodes.map((node) => [node.id, roomOf(node)]));
  const counts = new Map<string, number>();
  for (const id of samples) {
    const room = rooms.get(id) ?? "?";
    counts.set(room, (counts.get(room) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, x], [, y]) => y - x)
    .slice(0, ROOMS)
    .map(([room, n]) => `${room} ${Math.round((100 * n) / samples.length)}`)
    .join(", ");
}
