// A heartbeat that lay in the socket of a worker which was scheduled late did not extend the
// timeout in time: the follower campaigned against a healthy leader. Today a turn that received
// something never campaigns (a896984f), so that has to go as well.

import type { Variant } from "./types.ts";

export const electionTimeoutCheckedBeforeHeartbeatApplied: Variant = {
  id: "election-timeout-checked-before-heartbeat-applied",
  kind: "regression",
  commit: "e18ea24561",
  area: "quorum.c",
  promises: ["QRM2"],
  says: "a follower that runs late campaigns although a heartbeat has reached its socket",
  rules: {
    appliesHeartbeatBeforeTimeoutCheck: () => false,
    campaignsDespiteMessage: () => true,
  },
};
