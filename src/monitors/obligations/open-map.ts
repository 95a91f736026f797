// Whoever asks which inodes of a group are open is answered.
//
// The server holds a request back until all have greeted it (omap.c:handle_requests,
// scoutfs_omap_finished_recovery), then asks every client that it knows; what the last of them
// says is the answer (omap.c:scoutfs_omap_server_handle_response). Whoever does not answer is
// fenced, and its reclaim takes it off the requests that wait for it
// (omap.c:scoutfs_omap_remove_rid). The next server is asked anew. The caller waits with nothing
// but that to end it (client.c:scoutfs_client_open_ino_map).
//
// Bound: a server and its recovery, then the time that one who does not answer has to reconnect
// before it is fenced and reclaimed, and slack. After a forced unmount nothing is owed. Recordings
// do not show what was asked.

import { fieldsOf, kindOf } from "../entries.ts";
import {
  fenceTimeoutUs,
  reclaimDelayUs,
  reconnectUs,
  recoveryUs,
  serverUs,
  slackUs,
} from "./bounds.ts";
import type { Obligation } from "./types.ts";

const answerUs = reconnectUs + fenceTimeoutUs + reclaimDelayUs;

export const openMap: Obligation = {
  name: "open map",
  wants: ["net.submit", "net_recv_message", "umount_begin_forced", "unmounted"],
  while: "steady",
  boundUs: (fair) => serverUs(fair) + recoveryUs + answerUs + slackUs,
  on(entry) {
    const { kind, mount } = entry;
    if (kind !== "net.submit" && kind !== "net_recv_message") {
      return ["umount_begin_forced", "unmounted"].includes(kindOf(entry))
        ? { closes: mount }
        : undefined;
    }
    const { cmd, side, resp, id: of = 0 } = fieldsOf(entry);
    if (cmd !== "OPEN_INO_MAP" || side !== "client") return undefined;
    if (kind === "net.submit") return resp === 0 ? { opens: mount, of } : undefined;
    return resp === 1 ? { closes: mount, of } : undefined;
  },
};
