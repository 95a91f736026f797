// Who is asked about open inodes; see src/omap/rids.ts and remove-rid.ts.

import { expect, test } from "vitest";
import { omapRemoveRid } from "../../../src/omap/remove-rid.ts";
import { omapAddRid, omapServerShutdown } from "../../../src/omap/rids.ts";
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

test("the list and the requests go with the server", () => {
  const m = mountWithServer();
  m.omap.rids = [rid(4)];
  m.omap.requests = [{ clientRid: rid(4), clientId: 1, rids: [rid(4)] }];
  runSteps<Scoutfs>(omapServerShutdown, {}, m, bindings);
  expect(m.omap).toEqual({ rids: [], requests: [] });
});
