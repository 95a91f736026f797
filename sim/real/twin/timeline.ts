// A recording as one twin meets it: the events of its own mount in the order of the file, and
// between them what others did that reaches it: blocks that they wrote, requests that the agent
// answered, datagrams that a mount no longer shows once it is unmounted by force.

import { emptyQuorumBlock } from "../../../src/quorum/blocks.ts";
import type { QuorumBlock, QuorumEvent } from "../../../src/quorum/types.ts";
import type { TraceEntry } from "../../engine/trace/trace.ts";
import type { Recording } from "../types.ts";
import { twinKinds } from "./kinds.ts";
import { ridsInOrder } from "./rids.ts";
import { portOfSlot } from "./slots.ts";

export interface Mounted {
  readonly rid: number;
  readonly quorum: boolean;
  readonly slot: number;
}

export interface Item {
  /** "own": to be accepted; "other": somebody else's, which reaches this mount. */
  readonly of: "own" | "other";
  readonly kind: string;
  /** The line of the file. */
  readonly line: number;
  readonly at: number;
  readonly task: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** What the block holds, or who is mounted, once somebody else has written it. */
  readonly block?: QuorumBlock;
  readonly mounted?: readonly Mounted[];
}

export interface Timeline {
  readonly name: string;
  readonly mount: number;
  readonly rid: number;
  readonly slot: number;
  /** What the device held before its first event. */
  readonly blocks: readonly (readonly [slot: number, block: QuorumBlock])[];
  readonly mounted: readonly Mounted[];
  readonly items: Item[];
}

type Data = Readonly<Record<string, unknown>>;

interface Building extends Timeline {
  forced: boolean;
}

/** A receive is printed this long before its seq is stored, at most. */
const RAISE_US = 5_000;

/** Of what the recording prints as `127.0.0.1:58714`. */
const portOf = (name: unknown): number => Number(/:(\d+)$/.exec(String(name))?.[1] ?? 0);

class Reader {
  readonly byMount = new Map<number, Building>();
  private readonly blocks = new Map<number, QuorumBlock>();
  private mounted: Mounted[] = [];
  private readonly r: Recording;
  private readonly rids: readonly number[];
  private readonly slots: number;
  private readonly received = new Map<string, { readonly seq: number; readonly at: number }>();

  /** Of slot 0: a member binds the port of its slot when it leads. */
  private readonly firstPort: number;

  constructor(r: Recording) {
    this.r = r;
    this.rids = ridsInOrder(r);
    this.slots = slotCount(r);
    const bound = r.entries.find(({ kind }) => kind === "net_bind");
    const port = Number((bound?.data as Data | undefined)?.port ?? 0);
    this.firstPort = port - this.slotOf(bound?.mount ?? -1);
  }

  slotOf(mount: number): number {
    const slot = this.r.mounts[mount]?.slot ?? -1;
    return slot < this.slots ? slot : -1;
  }

  read(entry: TraceEntry): void {
    const role = twinKinds[entry.kind]?.role;
    if (role === undefined || role === "part" || role === "unmodelled") return;
    const item = this.itemOf(entry);
    if (entry.mount >= 0) {
      const own = this.building(entry.mount);
      own.items.push(item);
      if (entry.kind === "umount_begin_forced") own.forced = true;
    }
    const reaches = this.reaches(entry, item);
    if (reaches === undefined) return;
    for (const t of this.byMount.values()) {
      const waits = entry.kind !== "quorum_send_message" || t.forced;
      if (t.mount !== entry.mount && waits) t.items.push(reaches);
    }
  }

  private itemOf({ kind, seq, at, data }: TraceEntry): Item {
    const d = data as Data;
    const fields: Record<string, unknown> = { ...d };
    if (typeof d.rid === "number") fields.rid = this.rids[d.rid - 1] ?? d.rid;
    if (typeof d.conn_rid === "number") fields.conn_rid = this.rids[d.conn_rid - 1] ?? d.conn_rid;
    if (typeof d.sock === "string") fields.cport = portOf(d.accepted === true ? d.peer : d.sock);
    if (kind === "net_recv_message" || kind === "net_send_message") {
      const raised = this.raised(kind, at, fields);
      if (raised !== undefined) fields.raised = raised;
    }
    if (kind === "net_connect") {
      fields.port = portOfSlot(Number(d.port) - this.firstPort);
    }
    return { of: "own", kind, line: seq, at, task: String(d.task ?? ""), fields };
  }

  /** Of a send: the seq of a receive on its connection that was printed just before. */
  private raised(kind: string, at: number, f: Data): number | undefined {
    const end = `${f.cport} ${f.side}`;
    const last = this.received.get(end);
    if (kind === "net_send_message") {
      return last !== undefined && at - last.at <= RAISE_US ? last.seq : undefined;
    }
    if (f.cmd !== "GREETING") this.received.set(end, { seq: Number(f.seq), at });
    return undefined;
  }

  private building(mount: number): Building {
    const known = this.byMount.get(mount);
    if (known !== undefined) return known;
    const made: Building = {
      name: this.r.mounts[mount]?.name ?? "?",
      mount,
      rid: this.rids[mount] ?? mount + 1,
      slot: this.slotOf(mount),
      blocks: [...this.blocks],
      mounted: this.mounted,
      items: [],
      forced: false,
    };
    this.byMount.set(mount, made);
    return made;
  }

  /** What the event changes for others. */
  private reaches(entry: TraceEntry, item: Item): Item | undefined {
    const { fields } = item;
    const other = { ...item, of: "other" } as const;
    switch (entry.kind) {
      case "fenced_store":
        return other;
      case "quorum_send_message":
        return { ...other, fields: { ...fields, from: this.slotOf(entry.mount) } };
      case "quorum_block_event_ret":
        return fields.ret === 0 ? this.wrote(entry, other) : undefined;
      case "insert_mounted_client": {
        const rid = fields.rid as number;
        const quorum = (Number(fields.gr_flags) & 2) !== 0;
        const slot = this.slotOf(Number((entry.data as Data).rid) - 1);
        const rest = this.mounted.filter((one) => one.rid !== rid);
        this.mounted = [...rest, { rid, quorum, slot }].sort((a, b) => a.rid - b.rid);
        return { ...other, mounted: this.mounted };
      }
      case "reclaim_rid_ret":
        if (fields.ret !== 0) return undefined;
        this.mounted = this.mounted.filter(({ rid }) => rid !== fields.rid);
        return { ...other, mounted: this.mounted };
      default:
        return undefined;
    }
  }

  private wrote(entry: TraceEntry, other: Item): Item {
    const slot = this.slotOf(entry.mount);
    const { event, term } = other.fields as { event: QuorumEvent; term: number };
    const before = this.blocks.get(slot) ?? emptyQuorumBlock;
    const writeNr = before.writeNr + 1;
    const rid = (this.rids[entry.mount] ?? 0) as never;
    const what = { writeNr, rid, term, ts: 0 as never };
    const block = { ...before, writeNr, events: { ...before.events, [event]: what } };
    this.blocks.set(slot, block);
    return { ...other, block, fields: { ...other.fields, slot } };
  }
}

/** How many slots there are: as the recording says, or enough for the members that it names. */
export function slotCount(r: Recording): number {
  if (r.slots > 0) return r.slots;
  const members = r.entries.filter(({ kind }) => kind === "quorum_block_event");
  return members.reduce((most, { mount }) => Math.max(most, (r.mounts[mount]?.slot ?? -1) + 1), 0);
}

/** Of every incarnation of every mount, in the order in which they are first met. */
export function timelines(r: Recording): Timeline[] {
  const reader = new Reader(r);
  for (const entry of r.entries) reader.read(entry);
  return [...reader.byMount.values()];
}
