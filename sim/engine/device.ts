// The shared block device. Promise: a block is replaced whole or not at all, at one moment between
// issue and completion; a read returns what was current when it landed, unless a prefix was given a
// staleness window; and whoever loses its path, its power or its life can only lose or fail its own
// I/O. Nothing of an isolated host lands, but for a write that `holdWrite` kept: that one breaks
// what scoutfs is promised by fencing, and a plan that uses it is beyond what must be survived.
// Contents are immutable values: neither a writer nor a reader may change one afterwards. So are
// the entries of every map here; `cloneDevice` shares them.

import type { Io, Protocol } from "../../src/core/index.ts";
import { assert } from "../../src/core/index.ts";
import { type Event, Kind } from "./event.ts";
import type { Machine } from "./machine.ts";
import type { IoResult } from "./state/state.ts";

const MAX_IN_FLIGHT = 10_000;
const MAX_PAST = 8;
const NOBODY = -1;
const unwritten = { content: undefined, version: 0, writer: NOBODY, landedAt: 0 };

export interface DeviceOptions {
  /** In us, from issue: when a read samples the device, when a write takes effect;
   *  and from there to when the task is told. */
  readonly readMin: number;
  readonly readMax: number;
  readonly landMin: number;
  readonly landMax: number;
  readonly completeMin: number;
  readonly completeMax: number;
}

export interface Version<B> {
  /** Undefined only in the past of a block: it had not been written yet. */
  readonly content: B | undefined;
  /** Counts writes of this block, from 1. */
  readonly version: number;
  /** The mount that wrote it; -1 when the world was built with it. */
  readonly writer: number;
  readonly landedAt: number;
}

/** One host's way to the device. */
export interface Path {
  /** No I/O lands or completes until `releaseIo`. */
  readonly stalled: boolean;
  /** Fenced at the storage. */
  readonly isolated: boolean;
  readonly failPermille: number;
  /** Latencies are multiplied by this / 1000. */
  readonly slowPermille: number;
  /** How many of its next writes `holdWrite` keeps. */
  readonly holdNext: number;
}

export interface InFlight<B> {
  readonly id: number;
  readonly mount: number;
  readonly host: number;
  readonly task: number;
  /** Which task in that slot, and which of its waits: an I/O tells no other. */
  readonly generation: number;
  readonly resume: number;
  readonly io: Io<B>;
  readonly issuedAt: number;
  /** Set once it has landed or failed. */
  readonly result: IoResult | undefined;
  /** The version it read or wrote; 0 for none. */
  readonly version: number;
  /** Its moment came while it could not go on: no event of it is pending. */
  readonly blocked: boolean;
  /** See `holdWrite` in hosts.ts. A released one is past every condition of its path. */
  readonly hold: "no" | "held" | "released";
  /** Its mount is dead or has been told EIO: it may land, and nobody hears of it. */
  readonly orphan: boolean;
}

export type Flight<P extends Protocol> = InFlight<P["Block"]>;

export interface Device<B> {
  readonly options: DeviceOptions;
  readonly blocks: Map<string, Version<B>>;
  /** What was replaced, newest first; only of blocks that may be read stale. */
  readonly past: Map<string, readonly Version<B>[]>;
  /** Staleness windows in us by block name prefix. */
  readonly stale: Map<string, number>;
  readonly paths: Map<number, Path>;
  readonly inFlight: Map<number, InFlight<B>>;
  nextIo: number;
}

const defaultOptions: DeviceOptions = {
  readMin: 100,
  readMax: 400,
  landMin: 100,
  landMax: 500,
  completeMin: 10,
  completeMax: 100,
};

const goodPath: Path = {
  stalled: false,
  isolated: false,
  failPermille: 0,
  slowPermille: 1000,
  holdNext: 0,
};

export function createDevice<B>(options: Partial<DeviceOptions> = {}): Device<B> {
  return {
    options: { ...defaultOptions, ...options },
    blocks: new Map(),
    past: new Map(),
    stale: new Map(),
    paths: new Map(),
    inFlight: new Map(),
    nextIo: 1,
  };
}

export function cloneDevice<B>(d: Device<B>): Device<B> {
  return {
    ...d,
    blocks: new Map(d.blocks),
    past: new Map(d.past),
    stale: new Map(d.stale),
    paths: new Map(d.paths),
    inFlight: new Map(d.inFlight),
  };
}

export function putBlock<B>(d: Device<B>, block: string, content: B, writer = NOBODY, now = 0) {
  const old = d.blocks.get(block);
  const version = (old?.version ?? 0) + 1;
  if (staleWindow(d, block) !== undefined) {
    d.past.set(block, [old ?? unwritten, ...(d.past.get(block) ?? [])].slice(0, MAX_PAST));
  }
  d.blocks.set(block, { content, version, writer, landedAt: now });
  return version;
}

export const peekBlock = <B>(d: Device<B>, block: string): B | undefined =>
  d.blocks.get(block)?.content;

export const blockNames = (d: Device<unknown>): string[] =>
  [...d.blocks.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

/** From now on a read of these blocks may return any version that was current at some moment
 *  between `windowUs` before its issue and its landing, as far as `MAX_PAST` reaches. */
export function allowStale(d: Device<unknown>, prefix: string, windowUs: number): void {
  d.stale.set(prefix, windowUs);
}

/** `us * permille / 1000` in whole numbers, rounded up so that a delay never becomes none. */
export function scaled(us: number, permille: number): number {
  const up = us * permille + 999;
  return (up - (up % 1000)) / 1000;
}

/** The longest that it takes a healthy host from one moment of an I/O to the next. */
export const slowestIoUs = ({ options: o }: Device<unknown>): number =>
  Math.max(o.readMax, o.landMax, o.completeMax);

export const pathOf = (d: Device<unknown>, host: number): Path => d.paths.get(host) ?? goodPath;

/** Issues the I/O of a task that parks; its `resume` number must stay until it is told. */
export function startIo<P extends Protocol>(
  machine: Machine<P>,
  mount: number,
  task: number,
  io: Io<P["Block"]>,
): void {
  const device = machine.device();
  const { host, tasks } = machine.mount(mount);
  const waiter = tasks[task];
  assert(waiter !== undefined, "the task to exist that issues an I/O");
  if (device.inFlight.size >= MAX_IN_FLIGHT) {
    machine.tooMuch("I/O in flight", MAX_IN_FLIGHT, "release the stalled or held I/O of the plan");
  }
  const path = pathOf(device, host);
  const hold = io.op === "write" && path.holdNext > 0 && !path.isolated;
  if (hold) device.paths.set(host, { ...path, holdNext: path.holdNext - 1 });
  const flight: Flight<P> = {
    id: device.nextIo++,
    mount,
    host,
    task,
    generation: waiter.generation,
    resume: waiter.resume,
    io,
    issuedAt: machine.now,
    result: path.isolated ? { error: "EIO" } : undefined,
    version: 0,
    blocked: false,
    orphan: false,
    hold: hold ? "held" : "no",
  };
  device.inFlight.set(flight.id, flight);
  tell(machine, flight, "issue");
  goOn(machine, flight);
}

/** An event of Kind.io has come: gen = the I/O's id, body = which of its two moments. */
export function onIo<P extends Protocol>(machine: Machine<P>, event: Event): void {
  const device = machine.device();
  const flight = device.inFlight.get(event.gen);
  // Lost with its mount, or told of its failure before.
  if (flight === undefined) return;
  const path = pathOf(device, flight.host);
  const stalled = path.stalled && !path.isolated && flight.hold !== "released";
  if (stalled || flight.hold === "held") {
    device.inFlight.set(flight.id, { ...flight, blocked: true });
    return;
  }
  if (event.body === "complete") complete(machine, flight);
  else land(machine, flight);
}

/** Of the draws. */
const purposes = {
  read: { land: "read land", complete: "read complete" },
  write: { land: "write land", complete: "write complete" },
} as const;

/** Puts the I/O's next moment into the pending set. It has at most one event there. */
export function goOn<P extends Protocol>(machine: Machine<P>, flight: Flight<P>): void {
  const { id, mount, host, task, io, result } = flight;
  const { options, paths } = machine.device();
  const { isolated, slowPermille } = paths.get(host) ?? goodPath;
  const body = result === undefined ? "land" : "complete";
  const event = { kind: Kind.io, mount, who: task, gen: id, body };
  if (isolated) return machine.scheduleAfter(event, 0);
  let { completeMin: min, completeMax: max } = options;
  if (result === undefined) {
    min = io.op === "read" ? options.readMin : options.landMin;
    max = io.op === "read" ? options.readMax : options.landMax;
  }
  const delay = { min: scaled(min, slowPermille), max: scaled(max, slowPermille) };
  machine.schedule(event, delay, mount, purposes[io.op][body]);
}

function complete<P extends Protocol>(machine: Machine<P>, flight: Flight<P>): void {
  machine.device().inFlight.delete(flight.id);
  const result = flight.result as IoResult;
  tell(machine, flight, result.error === undefined ? "complete" : "fail");
  const task = machine.mount(flight.mount).tasks[flight.task];
  const waits = task?.generation === flight.generation && task.resume === flight.resume;
  if (waits) machine.ready(flight.mount, flight.task, result);
}

export function tell<P extends Protocol>(
  machine: Machine<P>,
  { mount, task, io, version }: Flight<P>,
  did: "issue" | "land" | "complete" | "fail" | "lost" | "hold",
): void {
  machine.record(mount, "io", { did, op: io.op, block: io.block, version, task });
}

export function land<P extends Protocol>(machine: Machine<P>, flight: Flight<P>): void {
  const device = machine.device();
  const { failPermille } = pathOf(device, flight.host);
  const mayFail = failPermille > 0 && flight.hold !== "released";
  let landed: Flight<P>;
  if (mayFail && machine.chance(flight.mount, "io error", failPermille)) {
    landed = { ...flight, result: { error: "EIO" } };
  } else {
    const { result, version } = takeEffect(machine, flight);
    landed = { ...flight, result, version };
    tell(machine, landed, "land");
  }
  if (flight.orphan) {
    device.inFlight.delete(flight.id);
    if (landed.version === 0) tell(machine, landed, "fail");
    return;
  }
  device.inFlight.set(flight.id, landed);
  goOn(machine, landed);
}

function takeEffect<P extends Protocol>(machine: Machine<P>, flight: Flight<P>) {
  const { io } = flight;
  if (io.op === "write") {
    const version = putBlock(machine.device(), io.block, io.content, flight.mount, machine.now);
    return { result: {}, version };
  }
  const seen = sample(machine, flight);
  return { result: { value: seen?.content }, version: seen?.version ?? 0 };
}

/** What a read sees: the newest version when the draw is 0 or there is no choice. */
function sample<P extends Protocol>(machine: Machine<P>, flight: Flight<P>) {
  const device = machine.device();
  const current = device.blocks.get(flight.io.block);
  const window = staleWindow(device, flight.io.block);
  if (window === undefined || current === undefined) return current;
  const choices = [current];
  let replacedAt = current.landedAt;
  for (const version of device.past.get(flight.io.block) ?? []) {
    if (replacedAt <= flight.issuedAt - window) break;
    choices.push(version);
    replacedAt = version.landedAt;
  }
  if (choices.length === 1) return current;
  return choices[machine.pick(flight.mount, "stale read", choices.length)];
}

function staleWindow(d: Device<unknown>, block: string): number | undefined {
  let widest: number | undefined;
  for (const [prefix, windowUs] of d.stale) {
    if (block.startsWith(prefix) && windowUs >= (widest ?? 0)) widest = windowUs;
  }
  return widest;
}
