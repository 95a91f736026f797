// FNC3 fires on a reclaim that nothing allows, or that comes before what allows it.

import { describe, expect, it } from "vitest";
import { fnc3 } from "../../../src/monitors/fnc3.ts";
import { added, altered, dropped, entriesOf, findings, is, theFirst } from "./alter.ts";

const fenced = entriesOf("c1-force-umount-client");
const asked = entriesOf("a1-mount3-traffic");
const store = theFirst(fenced, is("fenced_store"));
const { mount, f } = theFirst(fenced, is("fence_start"));
const reclaim = theFirst(fenced, is("reclaim_rid", { rid: f.rid }));
const tooEarly = (line: number) =>
  `line ${line}: rid ${f.rid}: mount ${mount} reclaims it before its fence`;

describe("FNC3", () => {
  it("fires when the agent's answer is left out", () => {
    expect(findings(dropped(fenced, is("fenced_store")), fnc3)).toEqual([tooEarly(reclaim.seq)]);
  });

  it("fires when reclaim and answer are swapped", () => {
    const answer = { kind: "fenced_store", mount: -1 };
    const swapped = added(dropped(fenced, is("fenced_store")), reclaim, answer);
    expect(findings(swapped, fnc3)).toEqual([tooEarly(reclaim.seq)]);
  });

  it("fires when the answer is for another rid", () => {
    expect(findings(altered(fenced, store, { rid: 77 }), fnc3)).toEqual([tooEarly(reclaim.seq)]);
  });

  it("fires when one answer serves for two of eleven fences", () => {
    const all = entriesOf("f-fence-and-reclaim");
    const first = theFirst(all, is("fenced_store"));
    const spoilt = dropped(all, (c) => c.seq === first.seq);
    expect(findings(spoilt, fnc3)).toHaveLength(1);
  });

  it("fires when a rid that left while it was being fenced is reclaimed again for that", () => {
    const { rid } = f;
    const asks = theFirst(fenced, is("fence_start", { rid }));
    const answer = { rid, cmd: "FAREWELL", resp: 1, side: "server" };
    const answered = added(fenced, asks, { kind: "net.submit", mount, data: answer });
    const leaves = added(answered, asks, { kind: "reclaim_rid_ret", mount, data: { rid, ret: 0 } });
    const again = `line ${reclaim.seq}: rid ${rid}: mount ${mount} reclaims it`;
    const all = added(leaves, asks, { kind: "reclaim_rid", mount, data: { rid } });
    const said = added(all, asks, { kind: "server_farewell", mount, data: { rid } });
    expect(findings(said, fnc3)).toEqual([`${again} without fence or farewell`]);
  });

  it("lets a farewell be taken anew until it is answered", () => {
    const one = theFirst(asked, is("reclaim_rid"));
    const { rid } = one.f;
    const again = { kind: "reclaim_rid", mount: one.mount, data: { rid } };
    const ret = theFirst(asked, is("reclaim_rid_ret", { rid }), one.seq);
    expect(findings(added(asked, ret, again), fnc3)).toEqual([]);
    const answer = theFirst(
      asked,
      is("net_send_message", { cmd: "FAREWELL", resp: 1, side: "server" }),
      ret.seq,
    );
    expect(findings(added(asked, answer, again), fnc3)).toEqual([
      `line ${answer.seq}: rid ${rid}: mount ${one.mount} reclaims it without fence or farewell`,
    ]);
  });

  it("lets each farewell be reclaimed that was said again before the first was answered", () => {
    const one = theFirst(asked, is("reclaim_rid"));
    const { rid } = one.f;
    const answers = { rid, cmd: "FAREWELL", resp: 1, side: "server" };
    const answer = theFirst(asked, is("net_send_message", answers), one.seq);
    const said = theFirst(asked, is("server_farewell", { rid }));
    const record = (kind: string) => ({ kind, mount: one.mount, data: { ...answers } });
    const twice = added(asked, said, record("server_farewell"));
    const second = added(twice, answer, record("reclaim_rid"));
    expect(findings(second, fnc3)).toEqual([]);
    const third = added(second, answer, record("net_send_message"));
    expect(findings(third, fnc3)).toEqual([
      `line ${answer.seq}: rid ${rid}: mount ${one.mount} reclaims it without fence or farewell`,
    ]);
    const queued = added(
      second,
      theFirst(asked, is("reclaim_rid_ret", { rid })),
      record("net.submit"),
    );
    expect(findings(queued, fnc3)).toEqual([]);
  });

  it("fires when the farewell is left out", () => {
    const one = theFirst(asked, is("reclaim_rid"));
    const spoilt = dropped(asked, is("server_farewell", { rid: one.f.rid }));
    expect(findings(spoilt, fnc3)).toEqual([
      `line ${one.seq}: rid ${one.f.rid}: mount ${one.mount} reclaims it without fence or farewell`,
    ]);
  });
});
