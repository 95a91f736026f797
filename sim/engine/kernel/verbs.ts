// The verbs as a world binds them: the running task's only way to anything but its own mount. One
// object per world, told before each step which task runs.

import type {
  Address,
  Errno,
  HostId,
  MountId,
  Named,
  Out,
  Protocol,
  Received,
  Ret,
  SocketId,
  StreamState,
  TaskRef,
  Us,
} from "../../../src/core/index.ts";
import { address } from "../../../src/core/index.ts";
import * as datagrams from "../network/datagrams.ts";
import * as streams from "../network/streams.ts";
import type { World } from "../world.ts";
import { releaseMutex, takeMutex } from "./mutexes.ts";
import { createTask, keyOf, signal, wakeQueue, wakeTask } from "./tasks.ts";
import * as works from "./workqueues.ts";

type Name = Named<string>;

export class Verbs<P extends Protocol> implements Out<P> {
  private readonly w: World<P>;
  private id = -1;
  private slot = -1;

  constructor(w: World<P>) {
    this.w = w;
  }

  enter(mount: number, slot: number): void {
    this.id = mount;
    this.slot = slot;
  }

  /** Program and label of the running task. */
  place(): string {
    const task = this.id < 0 ? undefined : this.w.peekMount(this.id).tasks[this.slot];
    const frame = task?.frames[task.frames.length - 1];
    return frame === undefined ? "the machine" : `${frame.program} @ ${frame.label}`;
  }

  get rules(): P["Rules"] {
    return this.w.tables.rules;
  }
  get api(): P["Api"] {
    return this.w.tables.api;
  }
  get now(): Us {
    return this.w.now as Us;
  }
  get mount(): MountId {
    return this.id as MountId;
  }
  get self(): TaskRef {
    const task = this.w.peekMount(this.id).tasks[this.slot];
    return { id: this.slot, generation: task?.generation ?? 0 };
  }
  get cpus(): number {
    return this.w.peekHost(this.w.peekMount(this.id).host).cpus;
  }

  pick(why: string, n: number): number {
    return this.w.pick(this.id, why, n);
  }
  emit(record: P["Record"]): void {
    this.w.record(this.id, record.kind, record);
  }
  note(mark: string): void {
    this.w.trace.mark(this.id, "note", mark);
  }
  ignored(because: string): void {
    this.w.trace.mark(this.id, "ignored", because);
  }

  // ---- tasks, mutexes, work ----------------------------------------------------------------

  wake(on: Name): void {
    wakeQueue(this.w, this.id, keyOf(on));
  }
  spawn(name: string, args: unknown): TaskRef {
    const spawn = { program: name, args, work: "", atomic: false };
    const slot = createTask(this.w, this.id, spawn);
    wakeTask(this.w, this.id, slot);
    const generation = this.w.peekMount(this.id).tasks[slot]?.generation ?? 0;
    return { id: slot, generation };
  }
  isRunning(task: TaskRef): boolean {
    return this.w.peekMount(this.id).tasks[task.id]?.generation === task.generation;
  }
  resultOf(task: TaskRef): Ret | undefined {
    const result = this.w.peekMount(this.id).results.get(task.id);
    return result?.generation === task.generation ? result.ret : undefined;
  }
  interrupt(ref: TaskRef): void {
    if (this.isRunning(ref)) signal(this.w, this.id, ref.id);
  }
  tryLock(mutex: Name): boolean {
    return takeMutex(this.w.mount(this.id), keyOf(mutex), this.slot);
  }
  unlock(mutex: Name): void {
    releaseMutex(this.w, this.id, keyOf(mutex), this.slot);
  }
  isLocked(mutex: Name): boolean {
    return (this.w.peekMount(this.id).mutexes.get(keyOf(mutex))?.owner ?? -1) !== -1;
  }
  createQueue(queue: Name, maxActive: number): void {
    works.createQueue(this.w, this.id, keyOf(queue), maxActive);
  }
  destroyQueue(queue: Name): void {
    works.destroyQueue(this.w, this.id, keyOf(queue));
  }
  queueWork(queue: Name, work: Name): boolean {
    return works.queueWork(this.w, this.id, this.slot, keyOf(queue), work);
  }
  queueDelayedWork(queue: Name, work: Name, delay: Us): boolean {
    return works.queueDelayed(this.w, this.id, this.slot, keyOf(queue), work, delay);
  }
  modDelayedWork(queue: Name, work: Name, delay: Us): boolean {
    return works.modDelayed(this.w, this.id, this.slot, keyOf(queue), work, delay);
  }
  cancelWork(work: Name): boolean {
    return works.grab(this.w, this.id, work);
  }
  isPending(work: Name): boolean {
    return this.w.peekMount(this.id).works.get(keyOf(work))?.pending === true;
  }
  armTimer(timer: Name, delay: Us): void {
    works.armTimer(this.w, this.id, timer, delay);
  }
  disarmTimer(timer: Name): boolean {
    return works.disarmTimer(this.w, this.id, timer);
  }

  // ---- network -----------------------------------------------------------------------------

  here(port: number): Address {
    return address(this.w.peekMount(this.id).host as HostId, port);
  }
  openDatagrams(port: number): SocketId | Errno {
    return datagrams.openDatagrams(this.w, this.id, port);
  }
  sendDatagram(socket: SocketId, to: Address, body: P["Datagram"]): Errno | undefined {
    return datagrams.sendDatagram(this.w, this.id, socket, to, body);
  }
  receiveDatagram(socket: SocketId): Received<P["Datagram"]> | undefined {
    return datagrams.receiveDatagram(this.w, this.id, socket);
  }
  bind(port: number): SocketId | Errno {
    return streams.bind(this.w, this.id, port);
  }
  listen(socket: SocketId): void {
    streams.listen(this.w, this.id, socket);
  }
  accept(socket: SocketId): SocketId | Errno | undefined {
    return streams.accept(this.w, this.id, socket);
  }
  connect(to: Address, timeoutUs: Us): SocketId {
    return streams.connect(this.w, this.id, to, timeoutUs);
  }
  stateOf(socket: SocketId): StreamState {
    return streams.stateOf(this.w, this.id, socket);
  }
  peerOf(socket: SocketId): Address {
    return streams.peerOf(this.w, this.id, socket);
  }
  setUserTimeout(socket: SocketId, timeoutUs: Us): void {
    streams.setUserTimeout(this.w, this.id, socket, timeoutUs);
  }
  send(socket: SocketId, message: P["Message"]): boolean | Errno {
    return streams.send(this.w, this.id, socket, message);
  }
  receive(socket: SocketId): { readonly message: P["Message"] } | Errno | "end" | undefined {
    return streams.receive(this.w, this.id, socket);
  }
  shutdown(socket: SocketId): void {
    streams.shutdown(this.w, this.id, socket);
  }
  close(socket: SocketId): void {
    streams.close(this.w, this.id, socket);
  }
}

/** The world behind the verbs: for the functions of `api` that a world's builder provides. They are
 *  shared by clones, so they must not hold a world themselves. */
export const worldOf = <P extends Protocol>(out: Out<P>): World<P> =>
  (out as unknown as { readonly w: World<P> }).w;
