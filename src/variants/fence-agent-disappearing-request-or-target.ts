// The agent and the force-unmount script took what vanished under their hands for a failure: a
// request that had gone looked like one that nobody had handled, any mount that went away while
// the script looked through the host failed it, and so did a target that was gone already.

import type { Variant } from "./types.ts";

export const fenceAgentDisappearingRequestOrTarget: Variant = {
  id: "fence-agent-disappearing-request-or-target",
  kind: "regression",
  commit: "8ddf9b8c8c",
  area: "scoutfs-fenced",
  promises: ["FNC4", "SRV2"],
  says: "the fence agent reports an error, or acts on nothing, when what it works on goes away",
  rules: {
    textOfVanished: (file) => (file === "fenced" || file === "error" ? "0" : ""),
    looksForRequestLast: () => false,
    looksForMountFirst: () => true,
    afterMountRead({ file, text, wantedRid }) {
      if (text === undefined) return "fail";
      return file === "rid" && text !== wantedRid ? "skip" : "go on";
    },
    failsWithoutMount: () => true,
    failsOnUmount: () => true,
  },
};
