// How the scripts in scoutfs `main` decide what its commits have decided differently before; see
// FencedRules for what they did. The variant `fence-agent-disappearing-request-or-target` replaces
// no step; it answers
// - textOfVanished: (file) => (file === "fenced" || file === "error" ? "0" : "")
// - looksForRequestLast: () => false
// - looksForMountFirst: () => true
// - afterMountRead: failing for an undefined text, else skipping at `rid` when it is another's
// - failsWithoutMount: () => true
// - failsOnUmount: () => true

import type { FencedRules } from "./types.ts";

export const fencedRules: FencedRules = {
  textOfVanished: () => "",
  looksForRequestLast: () => true,
  looksForMountFirst: () => false,
  afterMountRead: () => "go on",
  failsWithoutMount: () => false,
  failsOnUmount: (dirIsThere) => dirIsThere,
  runsItsCommand: () => true,
  runsWithoutRid: () => true,
  bearsBusyTarget: () => false,
  isolatesThroughSysfs: () => false,
};
