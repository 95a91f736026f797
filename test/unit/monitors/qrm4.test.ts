// QRM4 fires when a majority stays without a server, and says how long.

import { describe, expect, it } from "vitest";
import { qrm4 } from "../../../src/monitors/qrm4.ts";
import { altered, dropped, entriesOf, findings, is, theFirst } from "./alter.ts";

const alive = entriesOf("c1-force-umount-client");
const agentless = entriesOf("k2-no-fence-agent");

describe("QRM4", () => {
  it("fires when no server ever listens", () => {
    const found = findings(dropped(alive, is("net_listen")), qrm4);
    expect(found[0]).toMatch(/^line \d+: no server: 3 members had no server for 30\.\d s$/);
  });

  it("fires when the starts that failed for want of an agent are left out", () => {
    const spoilt = dropped(agentless, is("fence_leaders_ret", { ret: -110 }));
    expect(findings(spoilt, qrm4)).toEqual([
      expect.stringMatching(/^line \d+: no server: 2 members had no server for 23\.6 s$/),
    ]);
  });

  it("owes nothing while fewer than a majority of the slots runs", () => {
    const cluster = theFirst(alive, is("cluster"), -1);
    const silent = dropped(alive, is("net_listen"));
    expect(findings(altered(silent, cluster, { slots: 9 }), qrm4)).toEqual([]);
  });
});
