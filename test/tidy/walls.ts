// The walls of the house: which folder may import what, and what to do instead. The linter has the
// coarse form of them; here paths are resolved and type imports told from value imports.
import { posix } from "node:path";
import type { Finding } from "./finding.ts";
import type { Import, SourceFile } from "./scan.ts";
import { importsOf } from "./scan.ts";

const chooser = /^sim\/engine\/chooser(?:\.ts$|\/)/;
const blindRooms = /^sim\/(?:explore|explain|report)\//;

/** The folder that a wall surrounds: `src/lock`, `sim/engine`, `test`. */
function roomOf(path: string): string {
  const [top = "", second = "", ...rest] = path.split("/");
  return (top === "src" || top === "sim") && rest.length > 0 ? `${top}/${second}` : top;
}

/** Gives the remedy when the import goes through a wall, else nothing. */
function throughWall(path: string, { from, typeOnly }: Import): string | undefined {
  if (!from.startsWith(".")) {
    return packageWall(path, from);
  }
  const target = posix.join(posix.dirname(path), from);
  const room = roomOf(path);
  const there = roomOf(target);
  if (room === there) {
    return undefined;
  }
  if (path.startsWith("src/")) {
    return protocolWall(room, { target, there, typeOnly });
  }
  return path.startsWith("sim/") ? worldWall(path, room, there) : undefined;
}

function packageWall(path: string, from: string): string | undefined {
  if (path.startsWith("src/")) {
    return "the protocol uses no packages and nothing of Node: use src/core or the verbs of a step";
  }
  if (!path.startsWith("sim/")) {
    return undefined;
  }
  if (/^seedrandom\b/.test(from)) {
    return chooser.test(path) ? undefined : "all chance goes through the chooser: call pick there";
  }
  if (path.startsWith("sim/engine/")) {
    return "the engine uses no packages and nothing of Node: take what it gives as an argument";
  }
  return /^commander\b/.test(from) && !path.startsWith("sim/cli/")
    ? "only sim/cli reads the command line: take an option object"
    : undefined;
}

function protocolWall(
  room: string,
  { target, there, typeOnly }: { target: string; there: string; typeOnly: boolean },
): string | undefined {
  if (room === "src/core") {
    return "src/core imports nothing: move the thing into core, or this code out of it";
  }
  if (!target.startsWith("src/")) {
    return "the protocol does not know its simulator: let sim/cluster hand it in";
  }
  // A file that stands in src itself binds the folders together; nobody builds on it.
  // A variant is a change of a room, and may use what the room uses; nobody imports it from there.
  const seesRooms = room === "src" || room === "src/variants";
  const allowed = seesRooms || typeOnly || there === "src/core";
  return allowed || posix.basename(target) === "api.ts"
    ? undefined
    : "of a neighbour import types (`import type`) or its api.ts: put the function there";
}

function worldWall(path: string, room: string, there: string): string | undefined {
  const intoSrc = there === "src" || there.startsWith("src/");
  if (!intoSrc && there !== "sim" && !there.startsWith("sim/")) {
    return "the simulator imports only src and sim: move the thing there";
  }
  if (there === "sim/cli") {
    return "nothing stands on the command line: move what is shared out of sim/cli";
  }
  if (room === "sim/engine") {
    return there === "src/core"
      ? undefined
      : "the engine imports only src/core: take the thing as an argument";
  }
  if (blindRooms.test(path) && there !== "src/core" && (intoSrc || there === "sim/cluster")) {
    return "this room knows nothing of scoutfs: take the world, or what builds it, as an argument";
  }
  return undefined;
}

export function walls({ path, text }: SourceFile): Finding[] {
  return importsOf(text).flatMap((one) => {
    const remedy = throughWall(path, one);
    return remedy ? [{ path, line: one.line, what: `imports ${one.from}`, remedy }] : [];
  });
}
