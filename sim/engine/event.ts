// Everything that will happen is an entry of the pending set. An event is immutable: what is
// cancelled stays there and finds, when its turn comes, that its generation is gone.

/** What an event is: a small number, because it is switched on a million times a second. */
export const Kind = {
  /** A task goes on. who = task slot, gen = the task's resume number. */
  run: 0,
  /** A work item starts. body = its key, gen = its queueing number. */
  work: 1,
  /** A sleep or a wait's timeout ends. who = task slot, gen = the task's resume number. */
  timeout: 2,
  /** A timer or a delayed work item fires. body = its key, gen = its arming number. */
  timer: 3,
  /** A datagram reaches its address. body = a datagram in flight. */
  datagram: 4,
  /** Something of a stream arrives or times out. who = stream id, gen = its number there. */
  stream: 5,
  /** A block I/O takes effect on the device or completes. who = task slot, gen = the I/O's id. */
  io: 6,
  /** The plan acts: a fault, a mount, an operation. body = the action. */
  plan: 7,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];
export const kindNames = [
  "run",
  "work",
  "timeout",
  "timer",
  "datagram",
  "stream",
  "device",
  "plan",
];

export interface Event {
  /** When it happens; in order mode the earliest time at which it may. */
  readonly at: number;
  /** In order mode the latest time at which it may happen; otherwise the same as `at`. */
  readonly by: number;
  /** The how-manieth event that was scheduled: the order of events of the same time. */
  readonly order: number;
  readonly kind: Kind;
  /** The mount it happens to; -1 for none. */
  readonly mount: number;
  readonly who: number;
  readonly gen: number;
  readonly body: unknown;
  /** The seq of the event that scheduled it. */
  readonly cause: number;
}
