// The device takes writes again by the time the worker that broke off has stopped its server. See
// src/variants/quorum-error-stops-the-server.ts.

import { expect, test } from "vitest";
import { variantOf } from "../../../sim/cluster/world/variant-names.ts";
import { withVariants } from "../../../sim/cluster/world/variants.ts";
import { failIo } from "../../../sim/engine/hosts.ts";
import { cut } from "../../../sim/engine/network/links.ts";
import type { AnyProgram } from "../../../src/core/index.ts";
import { ms, seconds } from "../../../src/core/index.ts";
import type { Scoutfs } from "../../../src/protocol.ts";
import { main } from "../../../src/rules.ts";
import * as at from "../quorum/world.ts";

test("a worker that broke off ends with its error, also where STOP was written after it", () => {
  const programs = at.testPrograms as unknown as AnyProgram<Scoutfs>[];
  const bound = withVariants({ programs, rules: main }, [
    variantOf("quorum-error-stops-the-server"),
  ]);
  const w = at.quorumWorld({
    ...{ slots: 3, seed: "eio", heartbeatTimeoutMs: 2000 },
    programs: bound.programs as unknown as AnyProgram<at.TestQuorum>[],
  });
  at.mountAll(w);
  const first = at.runUntilLeader(w);
  w.runFor(ms(500));
  const rets = () => at.only(w, "quorum_block_event_ret").filter((h) => h.mount === first);
  const before = rets().length;
  failIo(w, first, 1000);
  for (const to of [0, 1, 2]) if (to !== first) cut(w, first, to, { streams: false });
  w.runUntil(() => rets().length > before, w.now + seconds(5));
  failIo(w, first, 0);
  w.runFor(seconds(1));
  expect(
    rets()
      .slice(before)
      .map(({ what }) => [what.event, what.ret]),
  ).toEqual([
    ["TERM", "EIO"],
    ["STOP", 0],
    ["END", 0],
  ]);
  const exits = at.only(w, "quorum_worker_exit").filter((h) => h.mount === first);
  expect(exits.map(({ what }) => what.ret)).toEqual(["EIO"]);
});
