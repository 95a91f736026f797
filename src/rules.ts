// The answers that scoutfs `main` gives to the questions which its commits have answered
// differently over time. A variant replaces one of them for the worlds that it is bound to.

import { fenceRules } from "./fence/rules.ts";
import { fencedRules } from "./fenced/rules.ts";
import { lockRules } from "./lock/api.ts";
import { lockServerRules } from "./lock-server/rules.ts";
import { netRules } from "./net/rules.ts";
import type { Rules } from "./protocol.ts";
import { quorumRules } from "./quorum/rules.ts";
import { serverRules } from "./server/rules.ts";
import { transRules } from "./trans/rules.ts";

export const main: Rules = {
  ...serverRules,
  ...netRules,
  ...fenceRules,
  ...quorumRules,
  ...fencedRules,
  ...lockRules,
  ...lockServerRules,
  ...transRules,
};
