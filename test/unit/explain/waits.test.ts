// Who waits for whom, told in sentences: circles, what only the device or a timer can end, work
// that never comes, and a stop of a server that scoutfs loses.

import { describe, expect, test } from "vitest";
import { start } from "../../../sim/engine/build.ts";
import { stallIo } from "../../../sim/engine/hosts.ts";
import { chainOf, explainStuck } from "../../../sim/explain/waits.ts";
import { type Op, scriptWorld } from "../../support/script.ts";
import { becomes, elect, hold, reaches, release, SECOND, serverWorld } from "../server/world.ts";

const sleep = (us: number): Op => ({ op: "sleep", us });
const lock = (mutex: string): Op => ({ op: "lock", mutex });
const unlock = (mutex: string): Op => ({ op: "unlock", mutex });

describe("a chain", () => {
  test("of two mutexes taken in either order ends where it began", () => {
    const w = scriptWorld(
      [
        [lock("a"), sleep(500), lock("b"), unlock("b"), unlock("a")],
        [lock("b"), sleep(500), lock("a"), unlock("a"), unlock("b")],
      ],
      [0, 1],
    );
    w.runFor(5000);
    expect(explainStuck(w)).toEqual([
      "m0: job @ run wants b, which job has",
      "  m0: job @ run wants a, which job has",
      "  m0: and so back to job: they wait for one another",
    ]);
  });

  test("goes from a flush over the running work to the owner of its mutex, and its timer", () => {
    const w = scriptWorld(
      [
        [
          { op: "create", queue: "q", maxActive: 1 },
          { op: "queue", queue: "q", job: 1 },
          { op: "flush", job: 1 },
        ],
        [lock("m"), unlock("m")],
        [lock("m"), sleep(90_000), unlock("m")],
      ],
      [2, 0],
    );
    w.runFor(5000);
    const [first, second, third, ...rest] = explainStuck(w);
    expect(first).toBe("m0: job @ run flushes job#1, which runs");
    expect(second).toBe("  m0: job @ run wants m, which job has");
    expect(third).toMatch(/^ {2}m0: job @ run sleeps, until 0\.09\d+ s$/);
    expect(rest).toEqual([]);
  });

  test("says of a wait with a timeout when it gives up, and does not call it stuck", () => {
    const w = scriptWorld([[{ op: "wait", flag: "f", timeoutUs: 90_000 }]]);
    w.runFor(1000);
    start(w, 0, "job", { of: 0 });
    w.runFor(1000);
    expect(explainStuck(w)).toEqual([]);
    expect(chainOf(w, 0, 0)[0]).toMatch(
      /^m0: job @ run waits \(flag\) for .*, and gives up at 0\.\d+ s$/,
    );
  });

  test("says that work behind another waits for a place, and goes on with that other", () => {
    const w = scriptWorld(
      [
        [
          { op: "create", queue: "q", maxActive: 1 },
          { op: "queue", queue: "q", job: 1 },
          { op: "queue", queue: "q", job: 2 },
          { op: "flush", job: 2 },
        ],
        [{ op: "wait", flag: "never" }],
        [],
      ],
      [0],
    );
    w.runFor(5000);
    const lines = explainStuck(w);
    expect(lines[0]).toBe("m0: job @ run flushes job#2, which waits for a place on q");
    expect(lines[1]).toMatch(/^ {2}m0: job @ run waits \(flag\) for /);
  });

  test("says that a draining queue has dropped the work that a cancel waits for", () => {
    const w = scriptWorld(
      [
        [
          { op: "create", queue: "q", maxActive: 1 },
          { op: "queue", queue: "q", job: 1 },
          { op: "drain", queue: "q" },
        ],
        [sleep(2000)],
        [sleep(1000), { op: "queue", queue: "q", job: 3 }, { op: "cancel", job: 3 }],
        [],
      ],
      [0, 2],
    );
    w.runFor(20_000);
    expect(explainStuck(w)).toEqual([
      "m0: job @ run cancels job#3, which a draining queue has dropped: it never runs",
    ]);
  });
});

describe("a server", () => {
  test("whose stop was lost: the one who stopped it flushes what nobody stops", () => {
    const w = serverWorld();
    const beforeUp = hold(w, "scoutfs_server_worker", "up");
    elect(w, 3);
    expect(reaches(w, beforeUp)).toBe(true);
    const it = hold(w, "stop_server", "swap");
    start(w, 0, "scoutfs_server_stop_wait", { cause: "test" });
    expect(reaches(w, it)).toBe(true);
    release(w, beforeUp);
    expect(becomes(w, "UP")).toBe(true);
    release(w, it);
    w.runFor(60 * SECOND);
    // the longest chain comes first; whoever waits for clients comes after it
    expect(explainStuck(w).slice(0, 2)).toEqual([
      "m0: scoutfs_server_stop_wait @ flush flushes scoutfs_server_worker, which runs",
      "  m0: scoutfs_server_worker @ running waits (stopping) for whoever stops servers: " +
        "nobody has stopped this one",
    ]);
  });

  test("that reads blocks over a stalled path waits for the device", () => {
    const w = serverWorld();
    stallIo(w, 0);
    elect(w, 3);
    w.runFor(SECOND);
    const [line] = explainStuck(w);
    expect(line).toMatch(/ waits for read quorum\.0: the path of host 0 is stalled$/);
  });
});
