// Who is asked about open inodes; see src/omap/rids.ts and remove-rid.ts.

import { expect, test } from "vitest";
import { allocate, each } from "../../../src/core/index.ts";
import { omapRemoveRid } from "../../../src/omap/remove-rid.ts";
import { omapAddRid, omapServerShutdown } from "../../../src/omap/rids.ts";
import type { OmapRequestHandle } from "../../../src/omap/types.ts";
import type { Scoutfs } from "../../../src/protocol.ts";
import { bindings, mountWithServer, rid } from "../../support/scoutfs.ts";
import { runSteps } from "../../support/steps.ts";

test("a client is on the list once, however often it greets, until it is removed", () => {
  const m = mountWithServer();
  const run = (p: Parameters<typeof runSteps>[0], n: number) =>
    runSteps<Scoutfs>(p, { rid: rid(n) }, m, bindings).records;
  expect(run(omapAddRid, 4)).toEqual([{ kind: "omap_add_rid", rid: 4 }]);
  run(omapAddRid, 4);
  run(omapAddRid, 3);
  expect(m.omap.rids).toEqual([4, 3]);
  expect(run(omapRemoveRid, 4)).toEqual([{ kind: "omap_remove_rid", rid: 4 }]);
  expect(m.omap.rids).toEqual([3]);
});

test("the list and the requests go with the server, but for one that waits for nobody", () => {
  const m = mountWithServer();
  m.omap.rids = [rid(4)];
  const waitsFor = (...rids: number[]): OmapRequestHandle => {
    const args = { groupNr: 0, reqId: 1 };
    const req = { clientRid: rid(4), clientId: 1, rids: rids.map(rid), args, bits: [] };
    return allocate(m.omap.reqs, req);
  };
  m.omap.requests = [waitsFor()];
  const forgotten = waitsFor();
  m.omap.reqHt = [waitsFor(4), forgotten];
  runSteps<Scoutfs>(omapServerShutdown, {}, m, bindings);
  expect(m.omap).toMatchObject({ rids: [], requests: [], reqHt: [forgotten] });
  expect([...each(m.omap.reqs)].map(([h]) => h)).toEqual([forgotten]);
});
