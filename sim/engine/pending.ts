// The pending set: a binary heap by time, and by order of scheduling among equal times. Events are
// immutable, so a copy of the set is a copy of one array.

import type { Event } from "./event.ts";

/** The order of events: by time, then as they were scheduled. */
export const isBefore = (x: Event, y: Event): boolean =>
  x.at < y.at || (x.at === y.at && x.order < y.order);

export class Pending {
  private heap: Event[];

  constructor(heap: Event[] = []) {
    this.heap = heap;
  }

  get size(): number {
    return this.heap.length;
  }

  clone(): Pending {
    return new Pending(this.heap.slice());
  }

  peek(): Event | undefined {
    return this.heap[0];
  }

  push(event: Event): void {
    this.heap.push(event);
    this.up(this.heap.length - 1, event);
  }

  pop(): Event | undefined {
    const heap = this.heap;
    const top = heap[0];
    const last = heap.pop();
    if (top !== undefined && last !== undefined && heap.length > 0) this.down(0, last);
    return top;
  }

  /** Takes one event out from anywhere; false when it is not there. */
  remove(event: Event): boolean {
    const at = this.heap.indexOf(event);
    if (at < 0) return false;
    const last = this.heap.pop();
    if (last !== undefined && at < this.heap.length) {
      this.heap[at] = last;
      this.down(at, last);
      if (this.heap[at] === last) this.up(at, last);
    }
    return true;
  }

  /** All of them, in no order: sort or add up. */
  unordered(): readonly Event[] {
    return this.heap;
  }

  sorted(): Event[] {
    return this.heap.slice().sort((x, y) => x.at - y.at || x.order - y.order);
  }

  /** Forgets those that no longer mean anything. */
  keep(wanted: (event: Event) => boolean): void {
    const kept = this.heap.filter(wanted);
    this.heap = [];
    for (const event of kept) this.push(event);
  }

  /** Each becomes another one. */
  replace(by: (event: Event) => Event): void {
    const all = this.heap;
    this.heap = [];
    for (const event of all) this.push(by(event));
  }

  private up(from: number, event: Event): void {
    const heap = this.heap;
    let i = from;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const p = heap[parent] as Event;
      if (!isBefore(event, p)) break;
      heap[i] = p;
      i = parent;
    }
    heap[i] = event;
  }

  private down(from: number, event: Event): void {
    const heap = this.heap;
    const n = heap.length;
    const half = n >> 1;
    let i = from;
    while (i < half) {
      let child = 2 * i + 1;
      let c = heap[child] as Event;
      const right = child + 1;
      if (right < n) {
        const r = heap[right] as Event;
        if (isBefore(r, c)) {
          child = right;
          c = r;
        }
      }
      if (!isBefore(c, event)) break;
      heap[i] = c;
      i = child;
    }
    heap[i] = event;
  }
}
