// Who sent what to whom in a capture, which shows sends and receipts of scoutfs and nothing of the
// machines between. The same message may be sent twice, so a receipt is given the oldest send that
// it could be of, at most a second old: that happened before it in any case.

import type { TraceEntry } from "../engine/trace/trace.ts";
import type { Message } from "../explain/messages.ts";

interface Fields {
  readonly rid?: number;
  readonly slot?: number;
  readonly term?: number;
  readonly type?: string;
  readonly side?: string;
  readonly cport?: number;
  readonly seq?: number;
  readonly id?: number;
  readonly cmd?: string;
  readonly resp?: number;
}

const OLDEST_US = 1_000_000;

export class CapturedMessages {
  readonly found: Message[] = [];
  private readonly open = new Map<string, TraceEntry[]>();
  private readonly slots = new Map<number, number>();

  see(entry: TraceEntry): void {
    const f = entry.data as Fields;
    switch (entry.kind) {
      case "incarnation":
        this.slots.set(entry.mount, f.slot ?? -1);
        break;
      case "quorum_send_message":
        this.put(`${this.slots.get(entry.mount)} ${f.slot} ${f.type} ${f.term}`, entry);
        break;
      case "quorum_recv_message":
        this.receive(f, entry);
        break;
      case "net_send_message":
        this.put(netKey(f), entry);
        break;
      case "net_recv_message":
        this.take([netKey(f)], entry, `${f.cmd}${f.resp === 1 ? " response" : ""}`, "take");
        break;
      default:
    }
  }

  /** To one slot or to all, which each receives once. */
  private receive({ slot, type, term }: Fields, entry: TraceEntry): void {
    const own = this.slots.get(entry.mount);
    const keys = [`${slot} ${own} ${type} ${term}`, `${slot} -1 ${type} ${term}`];
    this.take(keys, entry, `${type} term ${term}`, "leave");
  }

  private put(key: string, entry: TraceEntry): void {
    const list = this.open.get(key) ?? [];
    list.push(entry);
    this.open.set(key, list);
  }

  private take(
    keys: readonly string[],
    to: TraceEntry,
    label: string,
    how: "take" | "leave",
  ): void {
    for (const key of keys) {
      const list = this.open.get(key) ?? [];
      while (list[0] !== undefined && to.at - list[0].at > OLDEST_US) list.shift();
      // of what goes to all, the newest that is there has come to each by itself
      const from = how === "take" ? list.shift() : list[0];
      if (from === undefined) continue;
      this.found.push({ from, to, label });
      return;
    }
  }
}

/** Both ends see the same numbers; who sends is told by what a response is. */
const netKey = ({ rid, cport, seq, id, cmd, resp }: Fields): string =>
  `${rid} ${cport ?? ""} ${seq} ${id} ${cmd} ${resp}`;
