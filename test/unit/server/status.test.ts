// The status of the server and the races for it that are lost; see src/server/status.ts.

import { beforeEach, expect, test } from "vitest";
import type { Mount } from "../../../src/mount/types.ts";
import type { Scoutfs } from "../../../src/protocol.ts";
import { serverDown, stopServer } from "../../../src/server/status.ts";
import { bindings, mountWithServer } from "../../support/scoutfs.ts";
import { runSteps } from "../../support/steps.ts";

let m: Mount;
beforeEach(() => {
  m = mountWithServer();
});

test("a stop is heard once, and says why", () => {
  const stop = () => runSteps<Scoutfs>(stopServer, { cause: "test" }, m, bindings);
  const first = stop();
  expect(first.did).toEqual(["wake server.waitq"]);
  expect(first.records).toMatchObject([{ from: "UP", to: "STOPPING", cause: "test" }]);
  expect(stop().labels).toEqual(["look"]);
});

test("a stop is lost when the server comes up between its look and its swap", () => {
  m.server.status = "STARTING";
  const before = (label: string) => {
    if (label === "swap") m.server.status = "UP";
  };
  runSteps<Scoutfs>(stopServer, { cause: "test" }, m, { ...bindings, before });
  expect(m.server.status).toBe("UP");
});

test("a down is lost when somebody stops the server between its look and its swap", () => {
  const before = (label: string) => {
    if (label === "swap") m.server.status = "STOPPING";
  };
  runSteps<Scoutfs>(serverDown, {}, m, { ...bindings, before });
  expect(m.server.status).toBe("STOPPING");
});
