// `scoutsim rpl`: the server is lost between each commit and its response, in turn, and the device
// must end the same.

import { type Replayed, replayRequests } from "../cluster/trial/replay-requests.ts";
import { variantsOf } from "../cluster/world/variant-names.ts";
import { writeLine } from "./output.ts";

export interface RplOptions {
  readonly seed: string;
  readonly variant: readonly string[];
}

const REQUEST_WIDTH = 16;
const POINT_WIDTH = 52;

function lineOf({ request, program, label, differs }: Replayed): string {
  const point = `${program} @ ${label}`.padEnd(POINT_WIDTH);
  return `${request.padEnd(REQUEST_WIDTH)}${point}${differs.length === 0 ? "same" : "differs"}`;
}

/** The exit status. */
export function rpl(o: RplOptions): number {
  const replayed = replayRequests(o.seed, variantsOf(o.variant));
  for (const point of replayed) {
    writeLine(lineOf(point));
    for (const text of point.differs) writeLine(`  ${text}`);
  }
  const changed = replayed.filter(({ differs }) => differs.length > 0).length;
  writeLine(`${replayed.length} points, ${changed} end in another state`);
  return changed > 0 ? 1 : 0;
}
