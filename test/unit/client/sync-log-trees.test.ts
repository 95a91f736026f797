// What a client does when it is asked to commit; see src/client/sync-log-trees.ts.

import { describe, expect, test } from "vitest";
import { syncLogTrees } from "../../../src/client/sync-log-trees.ts";
import { mountState } from "../../../src/mount/state.ts";
import type { Scoutfs } from "../../../src/protocol.ts";
import { bindings, rid } from "../../support/scoutfs.ts";
import { runSteps } from "../../support/steps.ts";

const conn = { id: 3, generation: 1 };
function run(unmounting: boolean) {
  const m = mountState({ rid: rid(7) });
  m.super.unmounting = unmounting;
  const calls: { name: string; args: unknown }[] = [];
  const request = { conn, cmd: "SYNC_LOG_TREES", id: 9, data: undefined };
  const onCall = (name: string, args: unknown) => {
    calls.push({ name, args });
    return {};
  };
  runSteps<Scoutfs>(syncLogTrees, request, m, { ...bindings, onCall });
  return calls;
}

describe("a client that is asked to commit", () => {
  const answer = { conn, cmd: "SYNC_LOG_TREES", response: true, id: 9, error: undefined };
  test("begins to, and answers without waiting", () => {
    expect(run(false)).toMatchObject([
      { name: "scoutfs_trans_sync", args: { wait: false } },
      { name: "submit_send", args: answer },
    ]);
  });
  test("answers only, on its way out, also without a client", () => {
    expect(run(true)).toMatchObject([{ name: "submit_send", args: answer }]);
  });
});
