// Assertions of the protocol. A failed one is the CRASH promise broken, as BUG_ON is there: the
// world stops the mount's run and reports the place.

/** Thrown by protocol code that finds its state impossible; the world makes a violation of it. */
export class Crash extends Error {
  override name = "Crash";
}

export function assert(condition: boolean, expected: string): asserts condition {
  if (!condition) throw new Crash(`expected ${expected}`);
}

/** Ends a switch: a forgotten message case does not compile. */
export function unreachable(value: never): never {
  throw new Crash(`expected no other case, got ${JSON.stringify(value)}`);
}
