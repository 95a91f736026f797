// Prints trace entries as a capture would show them: the tracepoints of scoutfs in their own
// formats, the probes that recordings add, and marks of a driver that say how the run is set up.
// What the real system does not trace is left out. Reading it again gives the same entries.

import type { TraceEntry } from "../../engine/trace/trace.ts";
import { formats, isConnection, isLock, isMessage } from "./formats.ts";
import { isProbe, probeText, recordedKind } from "./probes-out.ts";
import type { Rids, Values } from "./template.ts";
import { rangeEnd } from "./values.ts";

/** Client ports stand for streams, as nothing else of a connection is known to both its ends. */
const FIRST_PORT = 20_000;
const PORTS = 40_000;
const ADDRESS = "127.0.0.1";
const NOBODY = "0.0.0.0:0";
const SHORT = 6;

/** The rid of a run stands in front and behind, so that its first digits tell it too. */
const hexRid = (rid: number): string => {
  const digits = rid.toString(16);
  return digits.padStart(SHORT, "0") + digits.padStart(16 - SHORT, "0");
};

const rids: Rids = { nameOf: (hex) => hex, hexOf: hexRid };

interface End {
  readonly own: number;
  readonly other: number;
}

export interface FtraceSetting {
  readonly mounts: readonly string[];
  readonly slots: number;
  readonly heartbeatTimeoutMs: number;
  /** A lock's key as scoutfs prints it. */
  readonly keyText: (key: number) => string;
}

export class FtraceWriter {
  private readonly o: FtraceSetting;
  private readonly rids = new Map<number, number>();
  /** Ends of connections by mount and number. */
  private readonly ends = new Map<string, End>();
  private readonly ports = new Map<number, number>();
  private dials = 0;
  private readonly connected = new Map<number, number>();
  private readonly accepted = new Map<number, number>();
  private readonly listening = new Map<number, number>();
  private readonly dialled = new Map<number, number>();

  constructor(o: FtraceSetting) {
    this.o = o;
  }

  /** Before anything else. */
  head(): string[] {
    const { slots, heartbeatTimeoutMs, mounts } = this.o;
    const option = `MOPT=quorum_heartbeat_timeout_ms=${heartbeatTimeoutMs}`;
    const text = `MARK scenario scoutsim NR=${mounts.length} NQ=${slots} ${option}`;
    return ["# tracer: nop", "#", lineOf(0, "driver", "tracing_mark_write", text)];
  }

  /** None for what the real system does not show. */
  lines(entry: TraceEntry): string[] {
    const { kind, at, mount } = entry;
    const data = entry.data as Values;
    this.learn(entry, data);
    if (kind === "incarnation") {
      const rid = Number(data.rid);
      this.rids.set(mount, rid);
      const text = `MARK rid mount ${this.number(mount, data)} rid ${hexRid(rid)}`;
      return [lineOf(at, "driver", "tracing_mark_write", text)];
    }
    if (kind === "unfair" || kind === "fair") {
      const text = kind === "fair" ? "MARK heal" : "MARK drop udp";
      return [lineOf(at, "driver", "tracing_mark_write", text)];
    }
    const rid = this.rids.get(mount);
    if (rid === undefined) return [];
    const task = `mount-${mount + 1}`;
    const values = this.translated(entry, data);
    const format = formats.get(kind);
    if (format !== undefined) {
      const who = `f.000001.r.${hexRid(rid).slice(0, SHORT)}`;
      return [lineOf(at, task, `scoutfs_${kind}`, `${who} ${format.print(values, rids)}`)];
    }
    if (bare[kind] !== undefined) {
      const who = `f.000001.r.${hexRid(rid).slice(0, SHORT)}`;
      return [lineOf(at, task, `scoutfs_${bare[kind].name}`, `${who} ${bare[kind].text(values)}`)];
    }
    const recorded = recordedKind(kind, values);
    if (recorded === undefined || !isProbe(recorded)) return [];
    return [lineOf(at, task, recorded, probeText(recorded, { ...values, srid: rid }, rids))];
  }

  /** As the driver of recordings numbers mounts: those with a slot by it. */
  private number(mount: number, { slot }: Values): number {
    const own = Number(/^m(\d+)/.exec(this.o.mounts[mount] ?? "")?.[1] ?? mount);
    return typeof slot === "number" && slot >= 0 ? slot : Math.max(own, this.o.slots);
  }

  private learn({ kind, mount }: TraceEntry, { stream, port }: Values): void {
    if (kind === "net_bind") this.listening.set(mount, Number(port));
    if (kind === "net_connect") this.dialled.set(mount, Number(port));
    // a stream's number is used again, a port hardly ever
    if (kind === "connect") this.ports.set(Number(stream), FIRST_PORT + (this.dials++ % PORTS));
    const client = this.ports.get(Number(stream)) ?? 0;
    if (kind === "connected") this.connected.set(mount, client);
    if (kind === "accept") this.accepted.set(mount, client);
  }

  private translated({ kind, mount }: TraceEntry, data: Values): Values {
    const { rid, key, locks, timeout, conn, ...rest } = data;
    const values: Values = { ...rest };
    if (rid !== undefined) values.client = rid;
    if (key !== undefined) values.key = this.o.keyText(Number(key));
    if (isLock(kind)) values._end = rangeEnd(String(values.key));
    if (timeout !== undefined) values.timeout = timeout;
    if (Array.isArray(locks)) {
      values.locks = locks.map((one) => ({ ...one, key: this.o.keyText(Number(one.key)) }));
    }
    if (isMessage(kind) || isConnection(kind))
      Object.assign(values, this.addresses(kind, mount, data));
    return values;
  }

  private addresses(kind: string, mount: number, { conn }: Values): Values {
    const id = `${mount} ${conn}`;
    if (kind === "conn_connect_complete") {
      this.ends.set(id, {
        own: this.connected.get(mount) ?? 0,
        other: this.dialled.get(mount) ?? 0,
      });
    }
    if (kind === "conn_accept") {
      this.ends.set(id, {
        own: this.listening.get(mount) ?? 0,
        other: this.accepted.get(mount) ?? 0,
      });
    }
    const end = this.ends.get(id);
    if (end === undefined) return { sock: NOBODY, peer: NOBODY, name: NOBODY, len: 0 };
    const [sock, peer] = [`${ADDRESS}:${end.own}`, `${ADDRESS}:${end.other}`];
    return { sock, peer, name: sock, len: 0 };
  }
}

const DIGITS = 6;
const MICRO = 10 ** DIGITS;
const TASK_WIDTH = 22;
const SECOND_WIDTH = 5;

function lineOf(atUs: number, task: string, event: string, text: string): string {
  const name = task.includes("-") ? task : `${task}-0`;
  const seconds = String(Math.floor(atUs / MICRO)).padStart(SECOND_WIDTH);
  const fraction = String(atUs % MICRO).padStart(DIGITS, "0");
  return `${name.padStart(TASK_WIDTH)} [000] ..... ${seconds}.${fraction}: ${event}: ${text}`;
}

interface Bare {
  readonly name: string;
  readonly text: (values: Values) => string;
}
const work: Bare["text"] = () => "data 0 ret 0";
const commit: Bare["text"] = () =>
  "holding 0 applying 0 nr 0 budget 0 avail_before 0 freed_before 0 committing 1 exceeded 0";
const linfo: Bare["text"] = () => "linfo 0000000000000001";
const superBlock: Bare["text"] = () =>
  "sb 0000000000000001 sbi 0000000000000001 s_root 0000000000000000";

/** Tracepoints whose text tells nothing that the model has. */
const bare: Readonly<Record<string, Bare>> = {
  "server.work_enter": { name: "server_work_enter", text: work },
  "server.work_exit": { name: "server_work_exit", text: work },
  server_commit_start: { name: "server_commit_start", text: commit },
  server_commit_end: { name: "server_commit_end", text: commit },
  lock_setup: { name: "lock_setup", text: linfo },
  lock_shutdown: { name: "lock_shutdown", text: linfo },
  lock_destroy: { name: "lock_destroy", text: linfo },
  put_super: { name: "put_super", text: superBlock },
  sync_fs: { name: "sync_fs", text: ({ wait }) => `wait ${String(wait ?? 0)}` },
  trans_write_func: {
    name: "trans_write_func",
    text: ({ dirty_item_pages }) =>
      `dirty_block_bytes 0 dirty_item_pages ${String(dirty_item_pages ?? 0)}`,
  },
  orphan_scan_start: { name: "orphan_scan_start", text: () => "" },
  orphan_scan_stop: {
    name: "orphan_scan_stop",
    text: ({ work_todo }) => `work_todo ${String(work_todo ?? 0)}`,
  },
};

/** The kinds that a capture shows under this name, for those who compare. */
export const shownAs = (kind: string): string | undefined =>
  bare[kind]?.name ?? (formats.has(kind) ? kind : undefined);
