// A recording as one part of a mount meets it: the events of its lock client, or of one run of its
// lock server, in the order of the file, with the task that each is of.

import type { TraceEntry } from "../../../engine/trace/trace.ts";
import type { Recording } from "../../types.ts";
import { ridsInOrder } from "../rids.ts";
import type { Item } from "../timeline.ts";
import { lockKeyOf } from "./keys.ts";
import { clientKinds, serverKinds } from "./kinds.ts";

export type PartName = "client" | "server";

export interface PartTimeline {
  readonly part: PartName;
  /** As the recording calls the mount. */
  readonly name: string;
  readonly rid: number;
  readonly items: readonly Item[];
  /** When the recording ends. */
  readonly endAt: number;
}

type Data = Readonly<Record<string, unknown>>;
interface RecordedLock {
  readonly key: string;
  readonly wseq: number;
  readonly old: string;
  readonly new: string;
}
export interface SaidLock {
  readonly key: number;
  readonly wseq: number;
  readonly old: string;
  readonly new: string;
}

/** What compares of a batch of lock recovery. */
export const textOfLocks = (locks: readonly SaidLock[]): string =>
  locks.map((l) => `${l.key} ${l.wseq} ${l.old} ${l.new}`).join(", ");

/** Bits are set and cleared in the midst of what a task does, and freed by whoever runs when all
 *  readers have gone. */
function taskOf(kind: string, { task }: Data): string {
  if (kind === "omap_group_free") return "rcu";
  return kind.startsWith("omap_group_") ? `inodes of ${task}` : String(task ?? "");
}

function itemOf({ kind, seq, at, data }: TraceEntry, rids: readonly number[]): Item {
  const d = data as Data;
  const fields: Record<string, unknown> = { ...d };
  if (typeof d.rid === "number") fields.rid = rids[d.rid - 1] ?? d.rid;
  const nr = kind === "forest_init_our_log" ? / nr (\d+) /.exec(String(d.raw))?.[1] : undefined;
  if (nr !== undefined) fields.nr = Number(nr);
  if (typeof d.key === "string") {
    fields.key = lockKeyOf(d.key);
    fields.keyText = d.key;
  }
  if (Array.isArray(d.locks)) {
    const said = (d.locks as RecordedLock[]).map((l) => ({ ...l, key: lockKeyOf(l.key) }));
    fields.said = said;
    fields.locks = textOfLocks(said);
  }
  return { of: "own", kind, line: seq, at, task: taskOf(kind, d), fields };
}

const transRequests: readonly unknown[] = ["COMMIT_LOG_TREES", "GET_LOG_TREES"];
const messages = ["net_send_message", "net_recv_message"];

/** The messages that parts are followed by, each the first time that it is sent or received. */
class Messages {
  private met = new Set<string>();

  isOf(part: PartName, { mount, kind, data }: TraceEntry): boolean {
    if (!messages.includes(kind)) return true;
    const { side, cmd, resp, id, cport, rid } = data as Data;
    if (side !== part) return false;
    const isAnswer = resp === 1;
    if (transRequests.includes(cmd)) {
      const isReceived = kind === "net_recv_message";
      return (
        part === "client" &&
        isReceived === isAnswer &&
        this.isNew(`${mount} ${cmd} ${id} ${isAnswer}`)
      );
    }
    if (cmd !== "OPEN_INO_MAP") return false;
    if (part === "server") return this.isNew(`${mount} ${kind} ${rid} ${id} ${isAnswer}`);
    const isAsked = (kind === "net_recv_message") !== isAnswer;
    return isAsked && this.isNew(`${mount} ${kind} ${cport} ${id}`);
  }

  /** The next server of that mount counts from 1 again. */
  forgetServer(mount: number): void {
    const isOther = (name: string) => !name.startsWith(`${mount} net_`);
    this.met = new Set([...this.met].filter(isOther));
  }

  private isNew(name: string): boolean {
    if (this.met.has(name)) return false;
    this.met.add(name);
    return true;
  }
}

/** Of every incarnation its client side, and every run of its server. */
export function partTimelines(r: Recording): PartTimeline[] {
  const rids = ridsInOrder(r);
  const clients = new Map<number, Item[]>();
  const servers = new Map<number, Item[]>();
  const all: PartTimeline[] = [];
  const make = (mount: number, part: PartName): Item[] => {
    const items: Item[] = [];
    all.push({ part, name: r.mounts[mount]?.name ?? "?", rid: rids[mount] ?? 0, items, endAt });
    return items;
  };
  const endAt = r.entries.at(-1)?.at ?? 0;
  const messages = new Messages();
  for (const entry of r.entries) {
    const { mount, kind } = entry;
    if (mount < 0) continue;
    if (kind === "ls_setup") {
      servers.set(mount, make(mount, "server"));
      messages.forgetServer(mount);
    }
    const ofServer = servers.get(mount);
    if (kind in serverKinds && ofServer !== undefined && messages.isOf("server", entry))
      ofServer.push(itemOf(entry, rids));
    if (kind === "ls_destroy") servers.delete(mount);
    if (kind in clientKinds && messages.isOf("client", entry)) {
      const items = clients.get(mount) ?? make(mount, "client");
      clients.set(mount, items);
      items.push(itemOf(entry, rids));
    }
  }
  return all;
}
