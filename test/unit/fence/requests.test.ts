// Requests on their list, in sysfs and under their timer; see src/fence.

import { beforeEach, describe, expect, test } from "vitest";
import { start } from "../../../sim/engine/build.ts";
import type { MountId, Rid, Us } from "../../../src/core/index.ts";
import { seconds } from "../../../src/core/index.ts";
import { fenceApi, fenceDirs, openStore, readFenceFile, ridText } from "../../../src/fence/api.ts";
import type { FenceRules } from "../../../src/fence/types.ts";
import { AGENT, answered, fence, fencingWorld, SERVER } from "../fenced/world.ts";

const SECOND = 1_000_000;
const rid = (n: number): Rid => n as Rid;
type World = ReturnType<typeof fencingWorld>["w"];

/** No agent: the test answers. */
const world = (rules: Partial<FenceRules> = {}) =>
  fencingWorld({ agent: { habit: "absent" }, rules }).w;
const state = (w: World) => w.mount(SERVER).state;
const call = (w: World, name: string, args: object = {}) => start(w, SERVER, name, args);
const result = (w: World, slot: number) => w.peekMount(SERVER).results.get(slot)?.ret;
const listed = (w: World) =>
  state(w).fence.list.map((h) => state(w).fence.fences.slots[h.id]?.value?.rid);
function write(w: World, n: number, file: "fenced" | "error"): boolean {
  const writer = AGENT as MountId;
  const h = openStore(state(w), writer, { request: ridText(rid(n)), file });
  if (h !== undefined) call(w, `${file}_store`, { fence: h, writer });
  return h !== undefined;
}
const wait = (w: World, timeout: Us = seconds(15)) =>
  call(w, "scoutfs_fence_wait_fenced", { timeout });

let w: World;
beforeEach(() => {
  w = world();
});

describe("scoutfs_fence_start", () => {
  test("publishes the request and puts it on the list", () => {
    fence(w, 0x2a, 1);
    w.runFor(SECOND * 2);
    expect(listed(w)).toEqual([0x2a]);
    const [request = ""] = fenceDirs(state(w));
    expect(request).toBe("000000000000002a");
    const read = (file: "elapsed_secs" | "fenced" | "error" | "ipv4_addr" | "reason" | "rid") =>
      readFenceFile(state(w), w.now as Us, { request, file });
    expect(read("elapsed_secs")).toBe("1");
    expect([read("fenced"), read("error")]).toEqual(["0", "0"]);
    expect(read("ipv4_addr")).toBe("10.0.0.1");
    expect([read("reason"), read("rid")]).toEqual(["client_reconnect", request]);
  });

  test("takes a second request for a rid for granted", () => {
    fence(w, 1);
    w.runFor(SECOND);
    const again = call(w, "scoutfs_fence_start", {
      rid: rid(1),
      address: 0,
      reason: "client_recovery",
    });
    w.runFor(SECOND);
    expect(result(w, again)).toEqual({});
    expect(listed(w)).toEqual([1]);
    expect(fenceApi.fenceReasonPending(state(w), "client_recovery")).toBe(false);
  });

  test("was EEXIST for a second request before 205cfbdf4a", () => {
    w = world({ isDuplicateFence: () => false, serializesFences: () => false });
    fence(w, 1);
    w.runFor(SECOND);
    const again = call(w, "scoutfs_fence_start", {
      rid: rid(1),
      address: 0,
      reason: "client_recovery",
    });
    w.runFor(SECOND);
    expect(result(w, again)).toEqual({ error: "EEXIST" });
  });

  test("of many rids at once keeps one request each", () => {
    for (const n of [1, 2, 1, 3, 2, 1]) fence(w, n);
    w.runFor(SECOND);
    expect(listed(w).sort()).toEqual([1, 2, 3]);
  });
});

describe("an answer", () => {
  test("of nobody is an error after 30 seconds", () => {
    fence(w, 1);
    w.runFor(29 * SECOND);
    expect(answered(w)).toBeUndefined();
    w.runFor(2 * SECOND);
    expect(answered(w)).toMatchObject({ rid: 1, error: true });
  });

  test("of fenced stops the timer, of error does not take it back", () => {
    fence(w, 1);
    w.runFor(SECOND);
    expect(write(w, 1, "fenced")).toBe(true);
    w.runFor(40 * SECOND);
    expect(answered(w)).toMatchObject({ error: false });
    write(w, 1, "error");
    w.runFor(SECOND);
    expect(answered(w)).toMatchObject({ error: true });
  });

  test("finds no file once the request is freed", () => {
    fence(w, 1);
    w.runFor(SECOND);
    const freed = call(w, "scoutfs_fence_free", { rid: rid(1) });
    w.runFor(SECOND);
    expect(result(w, freed)).toEqual({});
    expect(write(w, 1, "fenced")).toBe(false);
    const again = call(w, "scoutfs_fence_free", { rid: rid(1) });
    w.runFor(SECOND);
    expect(result(w, again)).toEqual({ error: "ENOENT" });
  });

  test("that is being stored holds the directory's removal up", () => {
    fence(w, 1);
    w.runFor(SECOND);
    const writer = AGENT as MountId;
    const h = openStore(state(w), writer, { request: ridText(rid(1)), file: "fenced" });
    call(w, "scoutfs_fence_stop");
    w.runFor(SECOND);
    expect(fenceDirs(state(w))).toEqual([]);
    expect(state(w).fence.fences.slots[0]?.value).toBeDefined();
    call(w, "fenced_store", { fence: h, writer });
    w.runFor(SECOND);
    expect(state(w).fence.fences.slots[0]?.value).toBeUndefined();
  });
});

describe("scoutfs_fence_wait_fenced", () => {
  beforeEach(() => {
    fence(w, 1);
    w.runFor(SECOND);
    fence(w, 2);
    w.runFor(SECOND);
  });

  test("waits for all", () => {
    const slot = wait(w);
    write(w, 1, "fenced");
    w.runFor(SECOND);
    expect(result(w, slot)).toBeUndefined();
    write(w, 2, "fenced");
    w.runFor(SECOND);
    expect(result(w, slot)).toEqual({});
  });

  test("times out once for all", () => {
    const slot = wait(w);
    w.runFor(16 * SECOND);
    expect(result(w, slot)).toEqual({ error: "ETIMEDOUT" });
  });

  test("takes an error at the head of the list for success, as main does", () => {
    const slot = wait(w);
    write(w, 1, "error");
    w.runFor(SECOND);
    expect(result(w, slot)).toEqual({});
  });

  test("does not see an error behind a request that is not answered", () => {
    const slot = wait(w);
    write(w, 2, "error");
    w.runFor(SECOND);
    expect(result(w, slot)).toBeUndefined();
  });

  test("ends when the requests are stopped", () => {
    const slot = wait(w);
    call(w, "scoutfs_fence_stop");
    w.runFor(SECOND);
    expect(result(w, slot)).toEqual({});
    expect(listed(w)).toEqual([]);
  });
});

test("a mount without a quorum slot has no fencing, and its destroy does nothing", () => {
  state(w).fence.setUp = false;
  fenceApi.fenceSetup(state(w), undefined);
  const slot = call(w, "scoutfs_fence_destroy");
  w.runFor(SECOND);
  expect(result(w, slot)).toEqual({});
  expect(() => fenceApi.fenceNext(state(w), w.out)).toThrow(/quorum slot/);
});

test("destroy drains what is left", () => {
  fence(w, 1);
  w.runFor(SECOND);
  call(w, "scoutfs_fence_destroy");
  w.runFor(SECOND);
  expect(state(w).fence).toMatchObject({ setUp: false, kset: false, list: [] });
});
