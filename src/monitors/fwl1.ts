// FWL1: a farewell of a quorum member is answered only while those who stay can do without it, or
// when everybody who is left has asked to leave.
//
// Who stays is who had a mounted_clients item when the worker began its run, besides those that it
// has answered; an item that comes during the run counts too, and whoever gets one when the last
// members have gone is let in for nothing. Whoever is lost counts until it is reclaimed, as it does
// there: the last members wait for nobody who is reclaimed by the time that they are answered. Of a
// run in which more members go than the others can spare, the remaining mounts have no server any
// more, and wait: LIVE does not say so, for nobody owes them anything without a majority. This
// reads the items of the server, so a recording cannot be asked.

import { votesNeeded } from "../quorum/api.ts";
import { dropServer, fieldsOf, wanted } from "./entries.ts";
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
  /** By mount: its last members went together, in that run. */
  closed: Record<number, true>;
  /** `server/rid` of those who greet for the first time, and may be refused yet. */
  first: Record<string, true>;
}

function items(mount: number, judge: WorldJudge): Staying[] {
  const { mountedClients } = judge.peekMount(mount).state.server.dirtySuper;
  return mountedClients.map(({ rid, quorum }) => ({ rid, quorum }));
}

function answered(s: State, { mount, data }: Seen, judge: WorldJudge): void {
  const { rid } = fieldsOf({ data } as never);
  const before = s.staying[mount] ?? [];
  const now = items(mount, judge);
  const newcomers = now.filter((one) => before.every((b) => b.rid !== one.rid));
  const stay = [...before.filter((one) => one.rid !== rid), ...newcomers];
  s.staying[mount] = stay;
  if (before.find((one) => one.rid === rid)?.quorum !== true) return;
  const members = stay.filter(({ quorum }) => quorum).length;
  if (members >= votesNeeded(s.slots)) return;
  const isLeft = ({ rid }: Staying) => now.some((one) => one.rid === rid);
  const other = stay.find((one) => s.asked[one.rid] !== true && isLeft(one));
  if (other === undefined) {
    s.closed[mount] = true;
    return;
  }
  const words = `quorum member ${rid} may leave, and ${members} members stay`;
  judge.violate("farewell", `${words} for rid ${other.rid}, which has not asked to leave`);
}

/** A client that comes back has heard an answer: a first greeting of it that is late lets in nobody
 *  any more. */
function greets(s: State, { mount, data }: Seen, rid: number): void {
  const key = `${mount}/${rid}`;
  if ((data as { reconnecting?: number }).reconnecting === 0) s.first[key] = true;
  else delete s.first[key];
}

/** The connection of a new client is let open, and with it its mount. */
function letIn(s: State, { mount }: Seen, rid: number, judge: WorldJudge): void {
  const key = `${mount}/${rid}`;
  const isFirst = s.first[key] === true;
  delete s.first[key];
  if (!isFirst || s.closed[mount] !== true) return;
  judge.violate("greeting", `rid ${rid} is let in when the last quorum members have left`);
}

export const fwl1: StateMonitor<State> = {
  promise: "FWL1",
  wants: [
    ...wanted("cluster", "server_farewell", "server_start"),
    ...["farewell_worker", "server.farewell_sent", "net_server_greeting", "net.greeted"],
  ],
  start: () => ({ slots: 0, asked: {}, staying: {}, closed: {}, first: {} }),
  on(entry, s, judge) {
    const { kind, mount } = entry;
    const { slots = 0, rid = 0 } = fieldsOf(entry);
    switch (kind) {
      case "cluster":
        s.slots = slots;
        break;
      case "server_farewell":
        s.asked[rid] = true;
        break;
      case "net_server_greeting":
        greets(s, entry, rid);
        break;
      case "net.greeted":
        letIn(s, entry, rid, judge);
        break;
      case "server_start":
        dropServer(s.first, mount);
        break;
      case "farewell_worker":
        delete s.closed[mount];
        s.staying[mount] = items(mount, judge);
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
