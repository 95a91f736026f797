// SRV2 fires on a server that stops on its own.

import { describe, expect, it } from "vitest";
import { srv2 } from "../../../src/monitors/srv2.ts";
import { altered, dropped, entriesOf, findings, is, theFirst } from "./alter.ts";

const clean = entriesOf("a1-mount3-traffic");
const superseded = entriesOf("g4-leader-heartbeats-dropped");

describe("SRV2", () => {
  it("fires when the unmount that stopped a server is left out", () => {
    const exit = theFirst(clean, is("server_work_exit"));
    expect(findings(dropped(clean, is("server_stop_wait")), srv2)[0]).toBe(
      `line ${exit.seq}: mount ${exit.mount}: its server stopped and nothing had asked it to`,
    );
  });

  it("fires when the quorum worker's stop of a superseded server is left out", () => {
    expect(findings(dropped(superseded, is("server_stop")), srv2)).toHaveLength(1);
  });

  it("takes a start that failed for a cause", () => {
    const silent = dropped(superseded, is("server_stop"));
    const passed = theFirst(silent, is("fence_leaders_ret"));
    expect(findings(altered(silent, passed, { ret: -110 }), srv2)).toEqual([]);
  });

  it("fires on a client that is refused because it is known already", () => {
    const [entry] = clean;
    if (entry === undefined) throw new Error("an empty recording");
    const greeting = (error: string | number) => [
      { ...entry, kind: "client_greeting", data: { gr_term: 2, prev_term: 0, error } },
    ];
    expect(findings(greeting("EEXIST"), srv2)).toEqual([
      `line ${entry.seq}: mount ${entry.mount}: its greeting is refused: EEXIST`,
    ]);
    for (const error of [0, "EIO", "ENOLINK"]) expect(findings(greeting(error), srv2)).toEqual([]);
  });
});
