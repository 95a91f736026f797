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
});
