// Which message took which number of a connection, as a recording tells it.

import { describe, expect, it } from "vitest";
import { errorOf, isMade, ledgerOf } from "../../../../sim/real/twin/messages.ts";
import type { Item } from "../../../../sim/real/twin/timeline.ts";

const item = (kind: string, fields: object): Item => ({
  ...{ of: "own", kind, line: 1, at: 0, task: "" },
  fields: fields as Item["fields"],
});
const sent = (side: string, seq: number, cmd: string, resp = 0): Item =>
  item("net_send_message", { side, rid: 2, seq, id: seq + 10, cmd, resp, err: 0 });

describe("the messages of a mount", () => {
  const ledger = ledgerOf([
    sent("client", 2, "GREETING"),
    sent("client", 1, "LOCK"),
    sent("client", 1, "LOCK"),
    item("server_start", { term: 5 }),
    sent("server", 1, "GREETING", 1),
  ]);

  it("are known by lineage and number, however often they were sent", () => {
    expect([...ledger.keys()]).toEqual(["client", "5/2"]);
    expect(ledger.get("client")?.get(1)).toMatchObject({ cmd: "LOCK", id: 11, again: true });
    expect(ledger.get("client")?.get(2)).toMatchObject({ cmd: "GREETING", again: false });
    expect(ledger.get("5/2")?.get(1)).toMatchObject({ cmd: "GREETING", response: true });
  });

  it("are made by the model or are operations", () => {
    const what = { id: 1, error: undefined, again: false };
    expect(isMade("client", { cmd: "FAREWELL", response: false, ...what })).toBe(true);
    expect(isMade("client", { cmd: "GET_LOG_TREES", response: false, ...what })).toBe(false);
    expect(isMade("server", { cmd: "COMMIT_LOG_TREES", response: true, ...what })).toBe(false);
  });

  it("carry errors as numbers", () => {
    expect(errorOf(0)).toBe(undefined);
    expect(errorOf(1)).toBe("ENOENT");
  });
});
