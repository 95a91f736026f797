// How the scripts in scoutfs `main` decide what its commits have decided differently before; see
// FencedRules for what they did. The variant `fence-agent-disappearing-request-or-target` answers
// textOfVanished: (file) => (file === "fenced" || file === "error" ? "0" : "") looksForRequestLast:
// () => false looksForMountFirst: () => true afterMountRead: failing for undefined text, else
// skipping at `rid` when it is not the wanted one failsWithoutMount: () => true failsOnUmount: ()
// => true and replaces no step.

import type { FencedRules } from "./types.ts";

export const fencedRules: FencedRules = {
  textOfVanished: () => "",
  looksForRequestLast: () => true,
  looksForMountFirst: () => false,
  afterMountRead: () => "go on",
  failsWithoutMount: () => false,
  failsOnUmount: (dirIsThere) => dirIsThere,
};
