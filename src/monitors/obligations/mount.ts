// A mount ends, with or without success. It reads its root under a lock, so it waits for a server
// and for the end of its recovery, and then for whoever uses that lock.
//
// Bound: a server, its recovery, and slack, and anew once it has a lock that it waited for. Nobody
// promises anything to a mount without a majority.

import { fieldsOf } from "../entries.ts";
import { recoveryUs, serverUs, slackUs } from "./bounds.ts";
import type { Obligation } from "./types.ts";

export const mount: Obligation = {
  name: "mount",
  wants: ["fill_super", "fill_super_ret"],
  while: "steady",
  behind: ["lock wait"],
  boundUs: (fair) => serverUs(fair) + recoveryUs + slackUs,
  on({ kind, mount: id, data }) {
    const of = fieldsOf({ data } as never).rid ?? 0;
    return kind === "fill_super" ? { opens: id, of } : { closes: id, of };
  },
};
