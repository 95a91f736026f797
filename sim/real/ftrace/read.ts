// Reads ftrace text into the events of a recording, one by one: the tracepoints of scoutfs, the
// probes that recordings add (their arguments are `name=value`), and the marks of a driver. What
// was lost is told as it is met; what cannot be read is counted.

import { formats, isConnection, isMessage } from "./formats.ts";
import { isHead, lostIn, overwrittenIn, type TraceLine, traceLine } from "./lines.ts";
import { readProbe } from "./probes.ts";
import type { Values } from "./template.ts";
import { locksIn } from "./values.ts";
import { Who } from "./who.ts";

export interface RawEvent extends Values {
  readonly t: number;
  readonly ev: string;
}

/** What happens on the way through a trace. */
export interface Gap {
  /** The line after which events are missing; 0 for the start. */
  readonly line: number;
  /** 0 when nobody knows how many. */
  readonly lost: number;
}

export interface Reading {
  onGap(gap: Gap): void;
  /** A line that is none of the form. */
  onUnreadable(line: number, text: string): void;
}

export interface NumberedEvent {
  readonly line: number;
  readonly event: RawEvent;
}

const PREFIX = "scoutfs_";
const MOUNT = /^f\.[0-9a-f]+\.r\.([0-9a-f]+) ?/;
const NO_MOUNT = "000000";
const MARKS = new Set(["tracing_mark_write", "print", "bprint"]);
const PORT = 1;
/** What does not fit into one probe: locks from the eleventh on, and from the twenty-first. */
const LATER = /^sv_lock_recover_response_[bc]$/;

export class FtraceReader {
  readonly who = new Who();
  /** Client ports, and the mounts that have them. */
  private readonly clients = new Map<number, string>();
  private readonly serverPorts = new Set<number>();
  /** The later parts of a batch of locks, which are printed before the first, by task. */
  private readonly parts = new Map<string, Map<string, string>>();
  private readonly reading: Reading;

  private readonly wants: ((event: string) => boolean) | undefined;

  /** Of events that are not wanted only their names and times are read. */
  constructor(reading: Reading, wants?: (event: string) => boolean) {
    this.reading = reading;
    this.wants = wants;
  }

  *events(lines: Iterable<string>): Iterable<NumberedEvent> {
    let number = 0;
    for (const text of lines) {
      number++;
      const line = traceLine(text);
      if (line === undefined) {
        if (this.told(text, number) || isHead(text) || text === '"') continue;
        this.reading.onUnreadable(number, text);
        continue;
      }
      const event = this.eventOf(line);
      if (event !== undefined) yield { line: number, event };
    }
  }

  private told(text: string, line: number): boolean {
    const lost = lostIn(text);
    if (lost !== undefined) this.reading.onGap({ line, lost });
    const overwritten = overwrittenIn(text);
    if (overwritten > 0) this.reading.onGap({ line: 0, lost: overwritten });
    return lost !== undefined;
  }

  private eventOf(line: TraceLine): RawEvent | undefined {
    const { task, cpu, seconds, event, text } = line;
    const values: Values & { t: number; ev: string } = {
      t: Number(seconds),
      cpu,
      task,
      ev: event,
    };
    if (MARKS.has(event)) {
      values.ev = "tracing_mark_write";
      values.mark = text.replace(/^tracing_mark_write: /, "").replace(/^MARK /, "");
      return values;
    }
    if (LATER.test(event)) return this.keepPart(line);
    if (this.wants !== undefined && !this.wants(event)) return values;
    if (!event.startsWith(PREFIX)) return this.probed(values, line);
    this.tracepoint(event.slice(PREFIX.length), text, values);
    return values;
  }

  private tracepoint(kind: string, text: string, into: Values): void {
    const mount = MOUNT.exec(text);
    if (mount === null) {
      into.raw = text;
      return;
    }
    const digits = mount[1] ?? "";
    into.node = digits === NO_MOUNT ? "-" : this.who.nameOf(digits);
    const rest = text.slice(mount[0].length);
    if (formats.get(kind)?.parse(rest, this.who, into) !== true) into.raw = rest;
    else if (isMessage(kind)) this.message(into);
    else if (isConnection(kind)) this.learnPorts(kind, into);
  }

  /** Ends of a connection by their ports: the server's is the one that others connect to. */
  private learnPorts(kind: string, { node, sock, peer }: Values): void {
    const [own, other] = [portOf(sock), portOf(peer)];
    if (kind === "conn_connect_complete") {
      this.clients.set(own, String(node));
      this.serverPorts.add(other);
    }
    if (kind === "conn_accept") this.serverPorts.add(own);
  }

  private message(into: Values): void {
    const [own, other] = [portOf(into.name), portOf(into.peer)];
    delete into.name;
    delete into.peer;
    const isServer = this.serverPorts.has(own)
      ? !this.serverPorts.has(other) || own < other
      : own < other && !this.serverPorts.has(other);
    into.side = isServer ? "server" : "client";
    into.cport = isServer ? other : own;
    into.sport = isServer ? own : other;
    if (!isServer) this.clients.set(own, String(into.node));
    const client = this.clients.get(into.cport as number);
    if (client !== undefined) into.client = client;
  }

  private keepPart({ event, task, text }: TraceLine): undefined {
    const words = /locks\d+=(\{[^}]*\})/.exec(text)?.[1] ?? "";
    const parts = this.parts.get(task) ?? new Map<string, string>();
    this.parts.set(task, parts.set(event.slice(-1), words));
    return undefined;
  }

  private probed(values: RawEvent & Values, { task, text }: TraceLine): RawEvent {
    readProbe(text, this.who, values);
    if (typeof values.locks === "string") values.locks = this.allLocks(task, values);
    return values;
  }

  private allLocks(task: string, { nr, locks }: Values): unknown {
    const parts = this.parts.get(task);
    this.parts.delete(task);
    const texts = [String(locks), parts?.get("b") ?? "", parts?.get("c") ?? ""];
    const count = Number(nr);
    return texts
      .filter((text) => text !== "")
      .flatMap((text) => locksIn(text, count))
      .slice(0, count);
  }
}

const portOf = (address: unknown): number => Number(String(address).split(":")[PORT] ?? 0);
