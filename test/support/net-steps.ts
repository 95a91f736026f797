// Drives one program by hand: a test reads what each step asks for and says what came of it. Verbs
// are written down and do nothing; sockets take what they are sent until they are told otherwise.

import type { Next, Out, Program, ProgramName, Protocol, Ret } from "../../src/core/index.ts";
import { us } from "../../src/core/index.ts";
import { main } from "../../src/rules.ts";

export interface FakeOut {
  readonly log: string[];
  now: number;
  sent: unknown[];
  sendResult: boolean | "EPIPE";
}

export const fakeOut = (): FakeOut => ({ log: [], now: 0, sent: [], sendResult: true });

const name = (named: unknown): string =>
  Array.isArray(named) ? `${named[0]}#${named[1]}` : String(named);

/** Only what the programs under test use. */
export function outOf<P extends Protocol>(fake: FakeOut, api: Partial<P["Api"]>): Out<P> {
  const { log } = fake;
  const verbs = {
    api,
    rules: main,
    self: { id: 0, generation: 1 },
    get now() {
      return us(fake.now);
    },
    emit: (r: { kind: string }) => log.push(`emit ${r.kind}`),
    note: (mark: string) => log.push(`note ${mark}`),
    wake: (on: unknown) => log.push(`wake ${name(on)}`),
    createQueue: (queue: unknown) => log.push(`createQueue ${name(queue)}`),
    destroyQueue: (queue: unknown) => log.push(`destroyQueue ${name(queue)}`),
    queueWork: (queue: unknown, work: unknown) => {
      log.push(`queue ${name(work)} on ${name(queue)}`);
      return true;
    },
    queueDelayedWork: (queue: unknown, work: unknown, delay: number) => {
      log.push(`queue ${name(work)} on ${name(queue)} after ${delay}`);
      return true;
    },
    shutdown: (socket: number) => log.push(`shutdown ${socket}`),
    close: (socket: number) => log.push(`close ${socket}`),
    send: (_socket: number, message: unknown) => {
      if (fake.sendResult === true) fake.sent.push(message);
      return fake.sendResult;
    },
  };
  return verbs as unknown as Out<P>;
}

export interface Stepper {
  /** The labels gone through so far. */
  readonly labels: string[];
  /** Runs from the start, or from what the last answer was parked on, to the next thing that takes
   *  more than a step. */
  run(ret?: Ret, to?: "then" | "interrupted"): Record<string, unknown>;
  /** Tries the condition that it is parked on. */
  holds(): boolean;
  blames(): string;
}

export function stepper<
  P extends Protocol,
  N extends ProgramName<P>,
  Locals,
  L extends string,
  W extends string,
>(p: Program<P, N, Locals, L, W>, m: P["State"], out: Out<P>, args: P["Calls"][N]): Stepper {
  const l = p.locals(args);
  const labels: string[] = [];
  let parked: Record<string, unknown> = { then: p.start };
  const waitOf = () => p.waits[parked.wait as W];
  return {
    labels,
    run(ret = {}, to = "then") {
      let next: Next<P, L, W> = parked[to] as L;
      let value = ret;
      while (typeof next === "string") {
        labels.push(next);
        next = p.steps[next](l, m, out, value);
        value = {};
      }
      parked = next as unknown as Record<string, unknown>;
      return parked;
    },
    holds: () => waitOf().until(l, m, out),
    blames() {
      const { who, because } = waitOf().blames(l, m);
      return `${who}: ${because}`;
    },
  };
}
