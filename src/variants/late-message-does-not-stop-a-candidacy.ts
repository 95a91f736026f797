// A worker that was scheduled late campaigned by the clock alone, also in a turn that had received
// something: what its leader had sent lay behind that in the socket, unread.

import type { Variant } from "./types.ts";

export const lateMessageDoesNotStopACandidacy: Variant = {
  id: "late-message-does-not-stop-a-candidacy",
  kind: "regression",
  commit: "a896984f59",
  area: "quorum.c",
  promises: ["QRM3"],
  says: "a quorum worker that runs late campaigns in a turn that has received a message",
  rules: { campaignsDespiteMessage: () => true },
};
