// The pieces of a world's state. A clone shares all of them with its original; each piece carries
// the token of the world that may change it, and whoever has another token copies it first.

import type { Protocol } from "../../../src/core/index.ts";
import { cloneDevice, type Device } from "../device.ts";
import type { Net } from "../network/net.ts";
import { cloneMount, deepClone } from "./clone.ts";
import { hashDevice, hashMount, hashNet } from "./fingerprint.ts";
import { type Hasher, mix } from "./hash.ts";
import type { HostData, MountData } from "./state.ts";

interface Part<T> {
  readonly owner: number;
  readonly data: T;
  /** Its hash, while nobody changes it; `timed` when it holds only for one moment. */
  print: { a: number; b: number; timed: boolean; now: number } | undefined;
}

export interface PartsInit<P extends Protocol> {
  readonly mounts: readonly MountData<P>[];
  readonly hosts: readonly HostData[];
  readonly net: Net;
  readonly device: Device<P["Block"]>;
  /** Of the monitors, in their order. */
  readonly watch: unknown[];
}

let tokens = 1;

export class Parts<P extends Protocol> {
  private token = tokens++;
  private readonly mounts: Part<MountData<P>>[];
  private hostsPart: Part<HostData[]>;
  private netPart: Part<Net>;
  private devicePart: Part<Device<P["Block"]>>;
  private readonly watchParts: Part<unknown>[];

  constructor(init: PartsInit<P> | Parts<P>) {
    if (init instanceof Parts) {
      this.mounts = init.mounts.slice();
      this.hostsPart = init.hostsPart;
      this.netPart = init.netPart;
      this.devicePart = init.devicePart;
      this.watchParts = init.watchParts.slice();
      return;
    }
    this.mounts = init.mounts.map((m) => this.first(m));
    this.hostsPart = this.first(init.hosts.slice());
    this.netPart = this.first(init.net);
    this.devicePart = this.first(init.device);
    this.watchParts = init.watch.map((state) => this.first(state));
  }

  /** From now on both worlds copy what they change. */
  clone(): Parts<P> {
    const copy = new Parts<P>(this);
    this.token = tokens++;
    return copy;
  }

  private first<T>(data: T): Part<T> {
    return { owner: this.token, data, print: undefined };
  }

  private own<T>(part: Part<T>, copy: (data: T) => T = deepClone): Part<T> {
    if (part.owner !== this.token) return this.first(copy(part.data));
    part.print = undefined;
    return part;
  }

  mount(id: number): MountData<P> {
    const part = this.mounts[id] as Part<MountData<P>>;
    const mine = this.own(part, cloneMount);
    if (mine !== part) this.mounts[id] = mine;
    return mine.data;
  }

  host(id: number): HostData {
    this.hostsPart = this.own(this.hostsPart);
    return this.hostsPart.data[id] as HostData;
  }

  net(): Net {
    this.netPart = this.own(this.netPart);
    return this.netPart.data;
  }

  device(): Device<P["Block"]> {
    this.devicePart = this.own(this.devicePart, cloneDevice);
    return this.devicePart.data;
  }

  watch(n: number): unknown {
    const part = this.watchParts[n] as Part<unknown>;
    const mine = this.own(part);
    if (mine !== part) this.watchParts[n] = mine;
    return mine.data;
  }

  get hostCount(): number {
    return this.hostsPart.data.length;
  }
  get mountCount(): number {
    return this.mounts.length;
  }
  peekMount(id: number): MountData<P> {
    return (this.mounts[id] as Part<MountData<P>>).data;
  }
  peekHost(id: number): HostData {
    return this.hostsPart.data[id] as HostData;
  }
  peekNet(): Net {
    return this.netPart.data;
  }
  peekDevice(): Device<P["Block"]> {
    return this.devicePart.data;
  }

  addMount(data: MountData<P>): number {
    this.mounts.push(this.first(data));
    return this.mounts.length - 1;
  }

  /** Pours the state into the hasher, whose `now` the times are taken relative to. */
  pour(h: Hasher): void {
    const { now } = h;
    for (const part of this.mounts) pourPart(h, part, now, (d) => hashMount(h, d));
    pourPart(h, this.hostsPart, now, (d) => h.value(d));
    pourPart(h, this.netPart, now, (d) => hashNet(h, d));
    pourPart(h, this.devicePart, now, (d) => hashDevice(h, d));
    for (const part of this.watchParts) pourPart(h, part, now, (d) => h.value(d));
  }
}

function pourPart<T>(h: Hasher, part: Part<T>, now: number, hash: (data: T) => void): void {
  const { a, b } = h;
  let { print } = part;
  if (print === undefined || (print.timed && print.now !== now)) {
    h.reset(now);
    hash(part.data);
    print = { a: h.a, b: h.b, timed: h.sawTime, now };
    part.print = print;
  }
  h.a = mix(a, print.a);
  h.b = mix(b, print.b);
}
