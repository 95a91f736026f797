// A request for open maps copies who is to be asked, and is known to those who remove a rid only
// when it is in the hash. A rid that was removed in between was waited for: nobody sent to it, as a
// missing connection is no error here, and nobody removed it any more. Here it goes into the hash
// without the rids that have left the list. One that leaves later may be the last to be waited for,
// and the request is answered and freed while its sender goes on: here he looks whether it is
// still in the hash.

import { done, get } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import { omapHandleRequest } from "../omap/handle-requests.ts";
import type { Variant } from "./types.ts";

type Locals = Parameters<typeof omapHandleRequest.steps.insert>[0];

const isAnswered = ({ req }: Locals, m: Mount) => m.omap.reqHt.every(({ id }) => id !== req.id);

export const removedRidIsNotWaitedFor: Variant = {
  id: "removed-rid-is-not-waited-for",
  kind: "repair",
  commit: undefined,
  area: "omap.c",
  promises: ["LIVE"],
  says: "who was removed before a request for open maps could be found is not asked",
  steps: {
    omap_handle_request: {
      insert(l: Locals, m, out, ret) {
        const { rids } = m.omap;
        const isListed = rids.includes(get(m.omap.reqs, l.req).clientRid);
        l.privRids = l.privRids.filter((rid) => rids.includes(rid));
        if (l.privRids.length === 0 && isListed) return "respondAlone";
        return omapHandleRequest.steps.insert(l, m, out, ret);
      },
      send: (l: Locals, m, out, ret) =>
        isAnswered(l, m) ? done() : omapHandleRequest.steps.send(l, m, out, ret),
      sent: (l: Locals, m, out, ret) =>
        isAnswered(l, m) ? done() : omapHandleRequest.steps.sent(l, m, out, ret),
    },
  },
};
