// SRV1 fires on a commit of a leader that was superseded and not isolated.

import { describe, expect, it } from "vitest";
import { srv1 } from "../../../src/monitors/srv1.ts";
import { added, dropped, entriesOf, findings, is, theFirst } from "./alter.ts";

const real = entriesOf("g4-leader-heartbeats-dropped");
const old = theFirst(real, is("server_start"));
const next = theFirst(real, (c) => c.kind === "server_start" && c.mount !== old.mount);
const passed = theFirst(real, is("fence_leaders_ret", { term: next.f.term }));
const running = dropped(real, (c) => c.kind === "server_work_exit" && c.mount === old.mount);
const commit = { kind: "server_commit_end", mount: old.mount };

describe("SRV1", () => {
  it("fires when the old server commits behind the new one's fence phase", () => {
    expect(findings(added(running, passed, commit), srv1)[0]).toBe(
      `line ${passed.seq}: mount ${old.mount}: commits in term ${old.f.term} ` +
        `although mount ${next.mount} leads since ${next.f.term}`,
    );
  });

  it("says nothing of a commit that ends before that phase is passed", () => {
    expect(findings(added(running, next, commit), srv1)).toEqual([]);
  });

  it("says nothing of a mount that was isolated before", () => {
    const forced = { kind: "umount_begin_forced", mount: old.mount };
    const isolated = added(added(running, passed, commit), next, forced);
    expect(findings(isolated, srv1)).toEqual([]);
  });

  it("fires when FENCE is written before the fence phase is passed", () => {
    const { term } = next.f;
    const early = { kind: "quorum_block_event", mount: next.mount, data: { event: "FENCE", term } };
    expect(findings(added(real, next, early), srv1)).toEqual([
      `line ${next.seq}: mount ${next.mount}: writes FENCE in term ${term} and is still fencing`,
    ]);
  });

  it("fires when that phase is passed and a request has no answer", () => {
    const fence = (kind: string) => ({ kind, data: { rid: 9 } });
    const went = { kind: "fence_leaders_ret", data: { ret: 0, term: 3 } };
    const found = (...entries: readonly { kind: string; data: object }[]): string[] => {
      const state = srv1.start();
      const texts: string[] = [];
      const judge = { now: 0, violate: (_p: string, text: string) => texts.push(text) };
      for (const entry of entries) srv1.on({ seq: 0, at: 0, mount: 1, ...entry }, state, judge);
      return texts;
    };
    const text = "goes on although nobody has answered for rid 9";
    expect(found(fence("fence.start"), went)).toEqual([text]);
    for (const answer of ["fence.fenced", "fence.error", "fence.free"]) {
      expect(found(fence("fence.start"), fence(answer), went)).toEqual([]);
    }
    const again = [fence("fence.start"), fence("fence.duplicate")];
    expect(found(fence("fence.start"), fence("fence.fenced"), ...again, went)).toEqual([]);
    expect(found(fence("fence.start"), ...again, went)).toEqual([text]);
  });
});
