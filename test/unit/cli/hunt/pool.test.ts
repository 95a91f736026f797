// Whoever does the jobs of a hunt comes to the same, and one that ends in the middle of a job is
// an error in one line and no wait without an end.

import { describe, expect, it } from "vitest";
import type { Job, MinimiseJob, RunJob, RunResult } from "../../../../sim/cli/hunt/jobs.ts";
import { Pool, type PoolOptions } from "../../../../sim/cli/hunt/pool.ts";
import type { Interrupt } from "../../../../sim/cli/interrupt.ts";
import { UserError } from "../../../../sim/report/user-error.ts";

type Kind = NonNullable<PoolOptions["kind"]>;
const KINDS: readonly Kind[] = ["threads", "processes"];
const boot = new URL("../../../support/dying-worker.mjs", import.meta.url);

/** Is stopped by hand. */
function byHand(): Interrupt & { stop(): void } {
  let stopped = false;
  const acts: (() => void)[] = [];
  return {
    isStopped: () => stopped,
    pause: () => new Promise((resolve) => setImmediate(resolve)),
    onStop: (act) => acts.push(act),
    release: () => {},
    stop: () => {
      stopped = true;
      for (const act of acts) act();
    },
  };
}

/** Jobs in their order, while there are some. */
const each = (jobs: readonly Job[]): (() => Job | undefined) => {
  const left = [...jobs];
  return () => left.shift();
};

/** A job of the worker that does as it is told. */
const told = (seed: string): MinimiseJob => ({
  do: "minimise",
  seed,
  variants: [],
  first: { events: 0, hash: "", atUs: 0, violation: undefined },
});

async function with2<T>(kind: Kind, act: (pool: Pool, i: ReturnType<typeof byHand>) => Promise<T>) {
  const interrupt = byHand();
  const pool = new Pool(2, interrupt, { kind, boot });
  try {
    return await act(pool, interrupt);
  } finally {
    await pool.end();
  }
}

describe("a pool", () => {
  const runs = Array.from({ length: 4 }, (_, k): RunJob => {
    return { do: "run", base: "few10", numbers: [2 * k, 2 * k + 1], variants: [] };
  });
  const outcomes = async (workers: number, options: PoolOptions) => {
    const pool = new Pool(workers, byHand(), options);
    const all: RunResult["outcomes"][number][] = [];
    await pool.doAll(each(runs) as () => RunJob | undefined, (r) => all.push(...r.outcomes));
    await pool.end();
    return all.sort(([x], [y]) => x - y);
  };

  it("comes to the same with one worker, two, and with processes", async () => {
    const one = await outcomes(1, {});
    expect(one.map(([n]) => n)).toEqual(Array.from({ length: 8 }, (_, n) => n));
    expect(await outcomes(2, {})).toEqual(one);
    expect(await outcomes(2, { kind: "processes" })).toEqual(one);
  });

  it("does all that is asked of it at once, however few do it", async () => {
    await with2("threads", async (pool) => {
      const all = await Promise.all(["a", "b", "c", "d", "e"].map(() => pool.do(told("answer"))));
      expect(all.map(({ small }) => small)).toEqual(Array(5).fill({ way: "answer" }));
    });
  });
});

describe.each(KINDS)("a pool of %s", (kind) => {
  const dies: readonly (readonly [string, RegExp])[] = [
    ["exit", /^a (thread|process) ended in the middle of a job \(exit status 3\); if memory is /],
    ["refuse", /^seed x: no such thing$/],
    ["throw", kind === "threads" ? /^thrown by a worker$/ : /^a process ended .*\(exit status 1\)/],
    ...(kind === "processes" ? [["kill", /^a process ended .* \(SIGKILL\); if/] as const] : []),
  ];
  it.each(dies)("says of one that ends by %s what became of it", async (way, says) => {
    const error = await with2(kind, (pool) =>
      pool.doAll(each([told("answer"), told(way), told("never")]), () => {}).catch((e) => e),
    );
    expect(error.message).toMatch(says);
    expect(error.message).not.toContain("\n");
    expect(error instanceof UserError).toBe(/ended in the middle/.test(error.message));
  });

  it("starts another worker for one that is gone", async () => {
    await with2(kind, async (pool) => {
      for (let k = 0; k < 3; k++)
        await expect(pool.do(told("exit"))).rejects.toThrow("exit status");
      const { small } = await pool.do(told("answer"));
      expect(small).toEqual({ way: "answer" });
    });
  });

  it("hands out nothing after a failure, and nothing after its end", async () => {
    const next = each([told("exit"), told("never"), told("answer"), told("answer")]);
    let late: Promise<unknown> = Promise.resolve();
    await with2(kind, async (pool) => {
      await expect(pool.doAll(next, () => {})).rejects.toThrow("in the middle");
      expect(next()).toEqual(told("answer"));
      late = Promise.allSettled([pool.do(told("never")), pool.do(told("never"))]);
    });
    expect(await late).toMatchObject([{ status: "rejected" }, { status: "rejected" }]);
  });

  it("that is told to stop keeps what it has, and does not miss who is gone", async () => {
    const taken: unknown[] = [];
    await with2(kind, async (pool, interrupt) => {
      const jobs = each([told("answer"), told("never"), told("never"), told("answer")]);
      const next = () => (interrupt.isStopped() ? undefined : jobs());
      await pool.doAll(next as () => MinimiseJob | undefined, ({ small }) => {
        taken.push(small);
        interrupt.stop();
      });
      expect(jobs()).toBeDefined();
      const jobsLeft = each([told("exit")]) as () => MinimiseJob | undefined;
      await pool.doAll(jobsLeft, (r) => taken.push(r));
    });
    expect(taken).toEqual([{ way: "answer" }, { way: "stop" }]);
  });

  it("that is told to stop does not wait for one that does not end", async () => {
    const interrupt = byHand();
    const pool = new Pool(2, interrupt, { kind, boot, graceMs: 100 });
    const taken: unknown[] = [];
    const jobs = each([told("deaf"), told("answer")]) as () => MinimiseJob | undefined;
    await pool.doAll(jobs, ({ small }) => {
      taken.push(small);
      interrupt.stop();
    });
    await pool.end();
    expect(taken).toEqual([{ way: "answer" }]);
  });
});
