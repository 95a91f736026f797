// Where the time of a run goes, room by room: what its own functions take, sampled by V8.

import { type Profiler, Session } from "node:inspector";

const EVERY_US = 500;
const ROOMS = 8;

/** `src/monitors` or `sim/engine`; what has no file goes by its name, such as the collector. */
function roomOf({ callFrame: { url, functionName } }: Profiler.ProfileNode): string {
  return /\/((?:src|sim)\/[^/]+)\//.exec(url)?.[1] ?? (url === "" ? functionName : "elsewhere");
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
