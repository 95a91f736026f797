// A machine with just enough around the network to test it alone: a list of events in the order of
// time, seeded draws, mounts without programs. What it is told is written down.

import { emptyHost, emptyMount } from "../../sim/engine/build.ts";
import { seeded } from "../../sim/engine/chooser.ts";
import { type Event, Kind } from "../../sim/engine/event.ts";
import type { Delay, Machine, Scheduled } from "../../sim/engine/machine.ts";
import { onDatagram } from "../../sim/engine/network/datagrams.ts";
import { createNet, type NetOptions } from "../../sim/engine/network/net.ts";
import * as streams from "../../sim/engine/network/streams.ts";
import { deepClone } from "../../sim/engine/state/clone.ts";
import type { HostData, MountData } from "../../sim/engine/state/state.ts";
import type { Address, HostId, Protocol, SocketId } from "../../src/core/index.ts";
import { address, us } from "../../src/core/index.ts";

export interface Wire extends Protocol {
  readonly State: object;
  readonly Datagram: string;
  readonly Message: number;
}

export interface FakeOptions {
  /** The host of each mount. */
  readonly hosts?: readonly number[];
  readonly net?: NetOptions;
  readonly seed?: string;
}

export const PORT = 7;

export class FakeMachine implements Machine<Wire> {
  readonly tables = {} as Machine<Wire>["tables"];
  now = 0;
  ordering = false;
  readonly wakes: string[] = [];
  readonly records: { mount: number; kind: string; data: Record<string, unknown> }[] = [];
  readonly draws: string[] = [];
  pending: Event[] = [];
  private order = 0;
  private data: ReturnType<typeof createNet>;
  private readonly mounts: MountData<Wire>[];
  private readonly hosts: HostData[];
  private readonly chooser;

  constructor(options: FakeOptions = {}) {
    const hostOf = options.hosts ?? [0, 1];
    this.data = createNet(options.net);
    this.mounts = hostOf.map((host, id) => emptyMount<Wire>(host, `m${id}`, {}));
    this.hosts = Array.from({ length: Math.max(...hostOf) + 1 }, () => emptyHost(4));
    this.chooser = seeded(options.seed ?? "fake");
  }

  get mountCount(): number {
    return this.mounts.length;
  }
  mount(id: number): MountData<Wire> {
    return this.mounts[id] as MountData<Wire>;
  }
  host(id: number): HostData {
    return this.hosts[id] as HostData;
  }
  net() {
    return this.data;
  }

  wants(): boolean {
    return false;
  }
  tell(): void {}
  peekNet() {
    return this.net();
  }
  device(): never {
    throw new Error("there is no device");
  }
  pick(who: number, why: string, n: number): number {
    this.draws.push(why);
    return this.chooser.pick(who, why, n);
  }
  chance(who: number, why: string, permille: number): boolean {
    return this.pick(who, why, 1000) < permille;
  }
  schedule(event: Scheduled, delay: Delay, who: number, why: string): void {
    const wide = delay.max - delay.min;
    this.scheduleAfter(event, delay.min + (wide > 0 ? this.pick(who, why, wide + 1) : 0));
  }
  scheduleAfter(event: Scheduled, delayUs: number): void {
    const at = this.now + delayUs;
    this.pending.push({ ...event, at, by: at, order: this.order++, cause: 0 });
  }
  record(mount: number, kind: string, data: object): void {
    this.records.push({ mount, kind, data: { ...data } });
  }
  ready(): void {}
  wakeSocket(mount: number, socket: number): void {
    this.wakes.push(`m${mount}:${socket}`);
  }
  tooMuch(what: string): never {
    throw new Error(`too much: ${what}`);
  }

  /** Copies the network, as a clone of a world does before it is changed. */
  copyNet(): void {
    this.data = deepClone(this.data);
  }
  /** Runs what is due within that time. */
  run(forUs: number): void {
    const until = this.now + forUs;
    for (let next = this.next(); next !== undefined && next.at <= until; next = this.next()) {
      this.pending.splice(this.pending.indexOf(next), 1);
      this.now = next.at;
      this.dispatch(next);
    }
    this.now = until;
  }
  private next(): Event | undefined {
    let first: Event | undefined;
    for (const e of this.pending) {
      if (first === undefined || e.at < first.at || (e.at === first.at && e.order < first.order)) {
        first = e;
      }
    }
    return first;
  }
  private dispatch(e: Event): void {
    const m = e.mount < 0 ? undefined : this.mount(e.mount);
    if (m?.alive === false) return;
    if (m !== undefined && this.host(m.host).paused) this.host(m.host).held.push(e);
    else if (e.kind === Kind.datagram) onDatagram(this, e);
    else streams.onStream(this, e);
  }

  // ---- what hosts.ts does ----------------------------------------------------------------------

  powerOff(host: number): void {
    this.host(host).up = false;
    this.mounts.forEach((m, id) => {
      if (m.host !== host) return;
      streams.mountLost(this, id);
      m.alive = false;
    });
  }
  pause(host: number): void {
    this.host(host).paused = true;
    streams.hostPaused(this, host);
  }
  resume(host: number): void {
    this.host(host).paused = false;
    for (const e of this.host(host).held.splice(0) as Event[]) this.scheduleAfter(e, 0);
  }

  // ---- shorthand -------------------------------------------------------------------------------

  /** Events that still mean something. */
  live(): Event[] {
    return this.pending.filter((e) => e.kind !== Kind.stream || streams.isLiveStream(this.data, e));
  }
  drops(): unknown[] {
    return this.records.filter((r) => r.kind === "drop").map((r) => r.data.reason);
  }
}

export const at = (host: number, port = PORT): Address => address(host as HostId, port);

/** The socket, where a test knows that there is no error. */
export function ok(socket: unknown): SocketId {
  if (typeof socket !== "number") throw new Error(`expected a socket, got ${String(socket)}`);
  return socket as SocketId;
}

/** Mount `server` listens on PORT. */
export function listener(m: FakeMachine, server = 1): SocketId {
  const socket = ok(streams.bind(m, server, PORT));
  streams.listen(m, server, socket);
  return socket;
}

/** An established stream from one mount to another, both sockets. */
export function pair(m: FakeMachine, client = 0, server = 1): [SocketId, SocketId, SocketId] {
  const l = listener(m, server);
  const c = streams.connect(m, client, at(m.mount(server).host), us(10_000_000));
  for (let tries = 0; tries < 1000; tries++) {
    m.run(10_000);
    const s = streams.accept(m, server, l);
    if (s !== undefined) return [c, ok(s), l];
  }
  throw new Error("expected a connection within 10 s");
}

/** Takes all that has come; ends with the error or "end" if there is one. */
export function drain(m: FakeMachine, mount: number, socket: SocketId): unknown[] {
  const got: unknown[] = [];
  for (;;) {
    const r = streams.receive(m, mount, socket);
    if (r === undefined) return got;
    if (typeof r === "string") return [...got, r];
    got.push(r.message);
  }
}
