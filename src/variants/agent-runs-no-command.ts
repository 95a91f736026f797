// The agent called its command by a name that it had set nowhere: the shell ran nothing, which
// succeeds, and the request was answered as fenced. The target went on to write.

import type { Variant } from "./types.ts";

export const agentRunsNoCommand: Variant = {
  id: "agent-runs-no-command",
  kind: "regression",
  commit: "26ae9c6e04",
  area: "scoutfs-fenced",
  promises: ["FNC4", "FNC3", "SRV1"],
  says: "the fence agent runs no command and answers that the target is fenced",
  rules: { runsItsCommand: () => false },
};
