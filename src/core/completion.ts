// `struct completion`: a count of completions that waiters consume. A wait uses `tryWait` as its
// condition; whoever completes also wakes the wait queue that the waiters park on.

export interface Completion {
  done: number;
}

const ALL = 0x7fffffff;

export const completion = (): Completion => ({ done: 0 });
/** Lets one waiter go. */
export function complete(c: Completion): void {
  if (c.done !== ALL) c.done++;
}
/** Lets all go, those who come later too. */
export function completeAll(c: Completion): void {
  c.done = ALL;
}
export function reinit(c: Completion): void {
  c.done = 0;
}
/** Consumes one completion if there is one. */
export function tryWait(c: Completion): boolean {
  if (c.done === 0) return false;
  if (c.done !== ALL) c.done--;
  return true;
}
