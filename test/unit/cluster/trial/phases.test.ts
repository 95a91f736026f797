// What was under way when a server was lost.

import { describe, expect, test } from "vitest";
import { LostServers, phaseKinds } from "../../../../sim/cluster/trial/phases.ts";
import { planOf, worldOf } from "../../../../sim/cluster/trial/trial.ts";

const entry = (kind: string, mount = 0, data: object = {}) => ({
  ...{ seq: 1, sub: 0, at: 0, cause: 0 },
  ...{ kind, mount, data },
});
const status = (to: string) => entry("server.status", 0, { to });

function metIn(...entries: readonly ReturnType<typeof entry>[]): string[] {
  const lost = new LostServers();
  for (const e of entries) lost.add(e);
  return [...lost.met];
}

describe("a lost server", () => {
  test("meets the phases that are open then", () => {
    expect(metIn(status("UP"), entry("client_destroy", 1), status("STOPPING"))).toEqual([
      "server lost x unmount: farewell sent",
    ]);
  });

  test("meets none that is over, and none before it serves", () => {
    const [begin, end] = [entry("server_commit_start"), entry("server_commit_end")];
    expect(metIn(status("UP"), begin, end, status("STOPPING"))).toEqual([]);
    expect(metIn(begin, status("STOPPING"))).toEqual([]);
  });

  test("is one that dies, too, and is lost once", () => {
    const begin = entry("server_commit_start");
    const lost = "server lost x commit: written";
    expect(metIn(status("STARTING"), begin, entry("dead"))).toEqual([lost]);
    expect(metIn(status("UP"), status("STOPPING"), begin, status("DOWN"))).toEqual([]);
  });

  test("every kind of the table is one that runs record", () => {
    const seen = new Set<string>();
    for (let n = 0; n < 40 && !phaseKinds.every((kind) => seen.has(kind)); n++) {
      const plan = planOf(`phases:${n}`, []);
      const w = worldOf({ plan, tape: [] });
      w.trace.sink = { add: ({ kind }) => void seen.add(kind) };
      w.runUntil(() => false, 30_000_000);
    }
    expect(phaseKinds.filter((kind) => !seen.has(kind))).toEqual([]);
  });
});
