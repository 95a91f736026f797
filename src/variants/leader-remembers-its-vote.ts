// A leader follows in its own term when its server has gone down, and forgot that it had voted:
// a vote request of that term which was long under way got a second vote, and the term a second
// leader.

import type { Variant } from "./types.ts";

export const leaderRemembersItsVote: Variant = {
  id: "leader-remembers-its-vote",
  kind: "repair",
  commit: undefined,
  area: "quorum.c",
  promises: ["QRM1"],
  says: "a leader whose server stops keeps its vote of that term, which was for itself",
  rules: { remembersOwnVote: () => true },
};
