// SRV3 fires on a server without its election, and on one that outlives its leadership.

import { describe, expect, it } from "vitest";
import { srv3 } from "../../../src/monitors/srv3.ts";
import { altered, dropped, entriesOf, findings, is, theFirst } from "./alter.ts";

const real = entriesOf("g4-leader-heartbeats-dropped");
const first = theFirst(real, is("server_start"));

describe("SRV3", () => {
  it("fires when the ELECT of a server's term is left out", () => {
    const elect = is("quorum_block_event_ret", { event: "ELECT", term: first.f.term });
    expect(findings(dropped(real, elect), srv3)).toEqual([
      `line ${first.seq}: mount ${first.mount}: starts a server in term 1 without its ELECT`,
    ]);
  });

  it("fires when a server starts in another term than its mount was elected in", () => {
    expect(findings(altered(real, first, { term: 7 }), srv3)[0]).toBe(
      `line ${first.seq}: mount ${first.mount}: starts a server in term 7 without its ELECT`,
    );
  });

  it("fires when a superseded server is not told to stop", () => {
    const told = (c: { readonly kind: string; readonly mount: number }) =>
      c.kind.startsWith("server_stop") && c.mount === first.mount;
    const [found] = findings(dropped(real, told), srv3);
    expect(found).toMatch(/its server of term 1 is not told to stop by a turn that does not lead$/);
  });

  it("fires when a worker ends and its server does not", () => {
    const state = srv3.start();
    const found: string[] = [];
    const lines = [
      ["quorum_block_event_ret", { event: "ELECT", term: 1, ret: 0 }],
      ["server.status", { to: "STARTING", term: 1 }],
      ["quorum_worker_exit", { term: 1, ret: "EIO" }],
      ["quorum_worker_exit", { term: 1, ret: 0 }],
    ] as const;
    const judge = { now: 0, violate: (_place: string, text: string) => found.push(text) };
    for (const [kind, data] of lines) {
      srv3.on({ seq: 0, at: 0, mount: 0, kind, data }, state, judge);
      if (kind === "quorum_worker_exit" && "EIO" === data.ret) expect(found).toEqual([]);
    }
    expect(found).toEqual(["its server of term 1 is not told to stop by its worker's end"]);
  });

  it("fires when a superseded server does not end", () => {
    const exit = theFirst(real, (c) => c.kind === "server_work_exit" && c.mount === first.mount);
    const [found] = findings(
      dropped(real, (c) => c.seq === exit.seq),
      srv3,
    );
    expect(found).toMatch(/its server of term 1 runs 10\.\d+ s too long$/);
  });
});
