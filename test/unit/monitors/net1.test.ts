// NET1 fires on a request that is handled again, and not on one that is only sent again.

import { describe, expect, it } from "vitest";
import { net1 } from "../../../src/monitors/net1.ts";
import { added, entriesOf, findings, is, theFirst } from "./alter.ts";

const real = entriesOf("g1-tcp-reset-reconnect");
const asked = theFirst(real, is("ls_request"));
const { rid, id } = asked.f;

describe("NET1", () => {
  it("fires when a lock is asked of the server a second time under one id", () => {
    const again = added(real, asked, { kind: "ls_request", data: { rid, id } });
    const what = `handles ls_request ${id} of rid ${rid} a second time`;
    expect(findings(again, net1)).toEqual([`line ${asked.seq}: mount ${asked.mount}: ${what}`]);
  });

  it("fires when that is after a reconnect, which goes on with the lineage", () => {
    const moved = theFirst(real, is("conn_reconn_migrate"));
    const again = added(real, moved, { kind: "ls_request", data: { rid, id } });
    expect(findings(again, net1)).toHaveLength(1);
  });

  it("fires when a request of nobody is handled, which came behind a refused greeting", () => {
    const data = { side: "server", cmd: "LOCK", rid: 0, id: 7 };
    const handled = added(real, asked, { kind: "net.request", data });
    const what = `mount ${asked.mount}: handles LOCK 7 of nobody`;
    expect(findings(handled, net1)).toEqual([`line ${asked.seq}: ${what}`]);
    const greets = { kind: "net.request", data: { ...data, cmd: "GREETING" } };
    expect(findings(added(real, asked, greets), net1)).toEqual([]);
  });

  it("lets the next server of that mount be asked under the same id", () => {
    const restarted = added(real, asked, { kind: "server_start", data: { term: 9 } });
    const again = added(restarted, theFirst(restarted, is("server_start"), asked.seq - 1), {
      ...{ kind: "ls_request", data: { rid, id } },
    });
    expect(findings(again, net1)).toEqual([]);
  });
});
