// FWL1: a farewell of a quorum member is answered only while those who stay can do without it, or
// when everybody who is left has asked to leave.
//
// Who stays is who had a mounted_clients item when the worker began its run, besides those that it
// has answered; an item that comes during the run counts too. Whoever is lost counts until it is
// reclaimed, as it does there. Of a run in which more members go than the others can spare, the
// remaining mounts have no server any more, and wait: LIVE does not say so, for nobody owes them
// anything without a majority. This reads the items of the server, so a recording cannot be asked.

import { votesNeeded } from "../quorum/api.ts";
import { fieldsOf, wanted } from "./entries.ts";
import type { Seen, StateMonitor, WorldJudge } from "./types.ts";

interface Staying {
  readonly rid: number;
  readonly quorum: boolean;
}
interface State {
  slots: number;
  asked: Record<number, true>;
  /** By mount, for the present or last run of its worker. */
  staying: Record<number, Staying[]>;
}

const FLAG_QUORUM = 2;

function answered(s: State, { mount, data }: Seen, judge: WorldJudge): void {
  const { rid } = fieldsOf({ data } as never);
  const before = s.staying[mount] ?? [];
  const stay = before.filter((one) => one.rid !== rid);
  s.staying[mount] = stay;
  if (before.find((one) => one.rid === rid)?.quorum !== true) return;
  const members = stay.filter(({ quorum }) => quorum).length;
  if (members >= votesNeeded(s.slots)) return;
  const other = stay.find((one) => s.asked[one.rid] !== true);
  if (other === undefined) return;
  const words = `quorum member ${rid} may leave, and ${members} members stay`;
  judge.violate("farewell", `${words} for rid ${other.rid}, which has not asked to leave`);
}

export const fwl1: StateMonitor<State> = {
  promise: "FWL1",
  wants: [
    ...wanted("cluster", "server_farewell", "server_greeting"),
    ...["farewell_worker", "server.farewell_sent"],
  ],
  start: () => ({ slots: 0, asked: {}, staying: {} }),
  on(entry, s, judge) {
    const { kind, mount, data } = entry;
    const { slots = 0, rid = 0 } = fieldsOf(entry);
    switch (kind) {
      case "cluster":
        s.slots = slots;
        break;
      case "server_farewell":
        s.asked[rid] = true;
        break;
      case "server_greeting": {
        const { gr_term, gr_flags } = data as { gr_term: number; gr_flags: number };
        const isNew = gr_term === 0 && !s.staying[mount]?.some((one) => one.rid === rid);
        if (isNew) s.staying[mount]?.push({ rid, quorum: (gr_flags & FLAG_QUORUM) !== 0 });
        break;
      }
      case "farewell_worker":
        s.staying[mount] = judge
          .peekMount(mount)
          .state.server.dirtySuper.mountedClients.map((item) => ({
            rid: item.rid,
            quorum: item.quorum,
          }));
        break;
      case "server.farewell_sent":
        answered(s, entry, judge);
        break;
    }
  },
  quiet() {
    // Nothing is owed at rest.
  },
};
