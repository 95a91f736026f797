// The first farewell response that found no connection ended the sending for all: the others
// were reclaimed already, and nothing queued the worker again. Here that one is forgotten, for
// its client asks again when it is back.

import { assert } from "../core/index.ts";
import type { FarewellLocals } from "../server/farewell-lists.ts";
import type { Variant } from "./types.ts";

export const farewellResponsesGoOn: Variant = {
  id: "farewell-responses-go-on",
  kind: "repair",
  commit: undefined,
  area: "server.c",
  promises: ["LIVE"],
  says: "one farewell response that cannot be sent does not hold back the others",
  steps: {
    farewell_worker: {
      responded(l: FarewellLocals, _m, out, { error }) {
        if (error !== undefined && error !== "ENOTCONN") return "giveBack";
        const fw = l.send.shift();
        assert(fw !== undefined, "the request that was answered");
        if (error === undefined) {
          out.emit({ kind: "server.farewell_sent", rid: fw.rid, id: fw.netId });
        } else out.ignored("a farewell whose client is not connected: it asks again");
        return "respond";
      },
    },
  },
};
