// Promises in a scenario: `promises=LCK1,DAT1` of the `world` command, or `all` of them, and
// `do judge`, which looks once more at the world as it is and says what was broken. What is owed
// only while no fault lasts is not judged here: a plan says when that is, a scenario does not.

import { entryMonitors, stateMonitors } from "../../../src/monitors/all.ts";
import type { Monitor } from "../../engine/trace/monitor.ts";
import { expectArgs, listArg, type ScnCommand } from "../../report/scn.ts";
import { UserError } from "../../report/user-error.ts";
import type { AnyWorld } from "../world/any-world.ts";
import type { Cluster } from "../world/types.ts";

/** What the driver of a plan tells its monitors. */
const TOLD = ["fault", "unfair", "fair", "calm"];

const monitors = ([...entryMonitors, ...stateMonitors] as readonly Monitor<Cluster>[]).filter(
  ({ wants }) => !TOLD.some((kind) => wants.includes(kind)),
);

export function monitorsOf(c: ScnCommand): readonly Monitor<Cluster>[] {
  const names = listArg(c, "promises", []);
  if (names.includes("all")) return monitors;
  const unknown = names.find((name) => !monitors.some(({ promise }) => promise === name));
  if (unknown === undefined) return monitors.filter(({ promise }) => names.includes(promise));
  const known = monitors.map(({ promise }) => promise).join(", ");
  throw new UserError(`no promise is called "${unknown}"; promises are ${known}, or all`);
}

/** `do judge`: nothing may be under way, for some promises hold only then. */
export function judgeActions(w: AnyWorld): Record<string, (c: ScnCommand) => string> {
  return {
    judge(c) {
      expectArgs(c, { maxWords: 1 });
      if (w.tables.monitors.length === 0) {
        throw new UserError("nothing is judged: name promises= in the world command");
      }
      w.trace.quiet();
      const broken = w.violations.map(({ promise, place, text }) => `${promise} ${place}: ${text}`);
      return broken.join("\n") || "kept";
    },
  };
}
