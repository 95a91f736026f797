// Everything that a step can do beyond changing its own mount's state. The world binds these; a
// step has no other way to reach time, chance, the network, the device or another task.

import type { Errno, Ret } from "./errno.ts";
import type { Address, Handle, MountId, SocketId, Us } from "./ids.ts";
import type { Named, ProgramName, Protocol, WorkName } from "./protocol.ts";

/** A task: started by `spawn`, gone when its program is done. */
export type TaskRef = Handle<"task">;

/** One datagram out of a socket's queue. */
export interface Received<D> {
  readonly from: Address;
  readonly body: D;
}

/** What a stream's end knows of itself. */
export type StreamState =
  | "connecting"
  | "established"
  | "peer-closed"
  | "shut"
  | { readonly broken: Errno };

export interface Out<P extends Protocol> extends Kernel<P>, Network<P> {
  readonly rules: P["Rules"];
  readonly api: P["Api"];
  readonly now: Us;
  readonly mount: MountId;
  /** The running task. */
  readonly self: TaskRef;
  /** Processors of the host: how many ordered lists a connection has depends on it. */
  readonly cpus: number;
  /** A whole number in [0, n): the only chance there is. */
  pick(why: string, n: number): number;
  /** Writes a record of the protocol into the trace, where monitors see it. */
  emit(record: P["Record"]): void;
  /** A remark in the trace, counted over all runs. */
  note(mark: string): void;
  /** Says why an input was left alone: ignoring is an act. */
  ignored(because: string): void;
}

export interface Kernel<P extends Protocol> {
  /** `wake_up`: all who are parked there try their condition again. */
  wake(on: Named<P["WaitQueue"]>): void;
  spawn<N extends ProgramName<P>>(name: N, args: P["Calls"][N]): TaskRef;
  isRunning(task: TaskRef): boolean;
  /** What the program of a finished task returned; undefined while it runs. */
  resultOf(task: TaskRef): Ret | undefined;
  /** A signal: ends the task's next or present wait that says where it goes when interrupted. */
  interrupt(task: TaskRef): void;
  tryLock(mutex: Named<P["Mutex"]>): boolean;
  unlock(mutex: Named<P["Mutex"]>): void;
  isLocked(mutex: Named<P["Mutex"]>): boolean;
  /** `alloc_workqueue`; at most `maxActive` of its items run at once. */
  createQueue(queue: Named<P["Queue"]>, maxActive: number): void;
  /** Forgets an empty queue; the step before drained it. */
  destroyQueue(queue: Named<P["Queue"]>): void;
  /** `queue_work`; false when it was pending already, and so nothing happened. */
  queueWork(queue: Named<P["Queue"]>, work: Named<WorkName<P>>): boolean;
  queueDelayedWork(queue: Named<P["Queue"]>, work: Named<WorkName<P>>, delay: Us): boolean;
  /** `mod_delayed_work`: moves the timer of what is pending, or queues it. */
  modDelayedWork(queue: Named<P["Queue"]>, work: Named<WorkName<P>>, delay: Us): boolean;
  /** `cancel_work`, which does not wait for a running instance. */
  cancelWork(work: Named<WorkName<P>>): boolean;
  isPending(work: Named<WorkName<P>>): boolean;
  /** `mod_timer`: that program runs as one atomic callback when it fires. */
  armTimer(timer: Named<WorkName<P>>, delay: Us): void;
  /** `del_timer`; false when it was not armed. */
  disarmTimer(timer: Named<WorkName<P>>): boolean;
}

export interface Network<P extends Protocol> {
  /** That port of this mount's host. */
  here(port: number): Address;
  openDatagrams(port: number): SocketId | Errno;
  sendDatagram(socket: SocketId, to: Address, body: P["Datagram"]): Errno | undefined;
  receiveDatagram(socket: SocketId): Received<P["Datagram"]> | undefined;
  /** Binds a stream socket; connections are refused until `listen`. */
  bind(port: number): SocketId | Errno;
  listen(socket: SocketId): void;
  /** A connection that has arrived, or undefined; EINVAL when the listener was shut down. */
  accept(socket: SocketId): SocketId | Errno | undefined;
  /** Starts to connect; park on `["socket", id]` until its state is no longer "connecting". */
  connect(to: Address, timeoutUs: Us): SocketId;
  stateOf(socket: SocketId): StreamState;
  peerOf(socket: SocketId): Address;
  /** TCP_USER_TIMEOUT with keepalive probes: how long this end bears silence. */
  setUserTimeout(socket: SocketId, timeoutUs: Us): void;
  /** False when the send buffer is full: park on `["socket", id]` and try again. */
  send(socket: SocketId, message: P["Message"]): boolean | Errno;
  /** A message, the error that broke the stream, "end" after the peer's shutdown, or nothing. */
  receive(socket: SocketId): { readonly message: P["Message"] } | Errno | "end" | undefined;
  /** `SHUT_RDWR`: both ends see the end of the stream, this one at once. */
  shutdown(socket: SocketId): void;
  /** Releases a socket of either kind. */
  close(socket: SocketId): void;
}
