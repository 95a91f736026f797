// What no simulator can beat: the bare heap, one push and one pop for each event.

import { type Event, Kind } from "../sim/engine/event.ts";
import { Pending } from "../sim/engine/pending.ts";

export const HEAP_EVENTS = 1_000_000;

export function bareHeap(pending: number): void {
  const heap = new Pending();
  const rest = { kind: Kind.run, mount: 0, who: 0, gen: 0, body: undefined, cause: 0 };
  let order = 0;
  let x = 12345;
  const push = (now: number) => {
    x = (Math.imul(x, 1103515245) + 12345) & 0x7fffffff;
    const at = now + 1 + (x % 1000);
    const { kind, mount, who, gen, body, cause } = rest;
    const event: Event = { at, by: at, order: order++, kind, mount, who, gen, body, cause };
    heap.push(event);
  };
  for (let i = 0; i < pending; i++) push(0);
  for (let i = 0; i < HEAP_EVENTS; i++) push(heap.pop()?.at ?? 0);
}
