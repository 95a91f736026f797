// The state of a run outside the protocol: plain data, held in parts that are copied when they are
// first changed after a clone. A part per mount, one for the hosts, the network and the device.

import type { Errno, Protocol, Ret } from "../../../src/core/index.ts";
import type { Priorities } from "../kernel/priorities.ts";

/** One program on a task's stack. */
export interface Frame {
  readonly program: string;
  label: string;
  // biome-ignore lint/suspicious/noExplicitAny: the type is the program's own
  readonly locals: any;
}

/** Why a task does not run, and where it goes on. */
export type Park =
  | {
      readonly on: "wait";
      /** Name of the wait in the program on top of the stack. */
      readonly wait: string;
      readonly queue: string;
      readonly then: string;
      readonly timeoutThen: string | undefined;
      readonly interruptedThen: string | undefined;
    }
  | { readonly on: "sleep"; readonly then: string }
  | { readonly on: "io"; readonly what: string; readonly then: string }
  | { readonly on: "mutex"; readonly mutex: string; readonly then: string; tries: number }
  | { readonly on: "flush"; readonly work: string; until: number; readonly then: string }
  | { readonly on: "cancel"; readonly work: string; readonly was: boolean; readonly then: string }
  | { readonly on: "drain"; readonly queue: string; readonly then: string }
  /** Held at a label by whoever watches the run (a scenario, the stepper). */
  | { readonly on: "hold"; readonly label: string };

export interface Task {
  readonly generation: number;
  readonly name: string;
  readonly frames: Frame[];
  /** Undefined: it runs, or is about to. */
  park: Park | undefined;
  /** Counts how often it left a park: a run or timeout event of an earlier number is stale. */
  resume: number;
  /** A run event is pending: more wake-ups change nothing. */
  scheduled: boolean;
  /** The timeout of its wait has passed; the condition gets one last try. */
  expired: boolean;
  /** What the next step gets as `ret`. */
  ret: Ret;
  /** Key of the work item that it executes, or "". */
  readonly work: string;
  signalled: boolean;
  /** Jumps left before it is preempted. */
  countdown: number;
  /** A timer's callback: it must finish within its event. */
  readonly atomic: boolean;
}

export interface Mutex {
  /** Task slot, or -1. */
  owner: number;
  /** Parked tasks, first come first. */
  readonly waiters: number[];
  /** Who gets it at the next unlock because it was woken before and found it stolen; or -1. */
  handoff: number;
}

export interface WorkItem {
  readonly program: string;
  readonly of: number;
  /** PENDING: set from being queued (or its timer armed) until its function starts. */
  pending: boolean;
  /** A draining queue dropped it and left PENDING set: it can never be queued again. */
  dropped: boolean;
  /** The queue that it was last put on. */
  queue: string;
  /** Non-zero while a delay timer holds it back. */
  timer: number;
  /** Counts queueings and armings: events of an earlier number are stale. */
  gen: number;
  /** Slot of the task that executes it, or -1. */
  running: number;
  started: number;
  finished: number;
  /** `cancel_work_sync` calls under way: meanwhile it cannot be queued. */
  cancelling: number;
  /** The queue whose worker executes it: what it queues there is chained. */
  runsOn: string;
  /** Tasks that flush or cancel it. */
  readonly watchers: number[];
}

export interface WorkQueue {
  readonly maxActive: number;
  /** Items whose start is scheduled or that run. */
  active: number;
  /** Keys of queued items that wait for a place. */
  readonly waiting: string[];
  draining: number;
  /** Tasks that drain it. */
  readonly watchers: number[];
}

/** A socket of a mount: both kinds, since ids and wait queues are shared. */
export interface Socket {
  readonly kind: "datagram" | "listener" | "stream";
  readonly generation: number;
  readonly port: number;
  /** Arrived and not yet taken: datagrams, stream messages, or (listener) stream ids. */
  readonly inbox: unknown[];
  /** listener: accepting; stream: the id of the stream in the network. */
  listening: boolean;
  readonly stream: number;
  /** stream: which end this is. */
  readonly end: 0 | 1;
}

export interface MountData<P extends Protocol> {
  readonly host: number;
  /** A name for people: the column title in traces. */
  readonly name: string;
  /** A program of a host and no kernel: its sleeps are exact. */
  readonly userspace: boolean;
  /** False once its host lost power: none of its tasks, timers and sockets exist any more. */
  alive: boolean;
  readonly state: P["State"];
  readonly tasks: (Task | undefined)[];
  /** What finished tasks returned, while their slot is not reused. */
  readonly results: Map<number, { readonly generation: number; readonly ret: Ret }>;
  nextGeneration: number;
  /** Jumps within which its tasks are preempted; undefined: as the world's scheduling has it. */
  preemptWithin: number | undefined;
  /** Where tasks are started by priority. */
  priorities: Priorities | undefined;
  readonly waiters: Map<string, number[]>;
  readonly mutexes: Map<string, Mutex>;
  readonly works: Map<string, WorkItem>;
  readonly queues: Map<string, WorkQueue>;
  readonly timers: Map<string, { gen: number; armed: boolean }>;
  readonly sockets: (Socket | undefined)[];
}

export interface HostData {
  up: boolean;
  paused: boolean;
  /** Events that came while it was paused, in order. */
  readonly held: unknown[];
  readonly cpus: number;
  /** Start delays are multiplied by this / 1000. */
  slowPermille: number;
  /** Durations of its timers are multiplied by this / 1000: 1000 is a true clock. */
  clockPermille: number;
  /** How long before the run it counted jiffy 0; its kernel's timers go off with the buckets of
   *  its wheel. Undefined: they are exact. */
  readonly jiffiesSince: number | undefined;
  /** Counts power-ups. */
  boots: number;
}

/** What the way from one host to another does to datagrams and stream segments. */
export interface Link {
  minUs: number;
  maxUs: number;
  lossPermille: number;
  duplicatePermille: number;
  /** Share of datagrams that get `reorderUs` more. */
  reorderPermille: number;
  reorderUs: number;
  datagramsCut: boolean;
  streamsCut: boolean;
  /** Holds what is sent until released. */
  clogged: boolean;
}

/** `ret` of a step after an I/O. */
export type IoResult = { readonly value?: unknown; readonly error?: Errno };
