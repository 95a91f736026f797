// What an agent makes of requests that come and go under its hands, and what each vice of it does.

import { describe, expect, test } from "vitest";
import { start } from "../../../sim/engine/build.ts";
import { killMount } from "../../../sim/engine/hosts.ts";
import { type Hold, open } from "../../../sim/engine/kernel/holds.ts";
import type { Rid } from "../../../src/core/index.ts";
import { fenceDirs, ridText } from "../../../src/fence/api.ts";
import { fencedRules } from "../../../src/fenced/rules.ts";
import { fenceAgentDisappearingRequestOrTarget } from "../../../src/variants/fence-agent-disappearing-request-or-target.ts";
import {
  AGENT,
  answered,
  fence,
  fencingWorld,
  nameOf,
  OTHER,
  RID,
  SERVER,
  TARGET,
  targetOf,
} from "./world.ts";

type World = ReturnType<typeof fencingWorld>["w"];
type Trace = ReturnType<typeof fencingWorld>["trace"];

const SECOND = 1_000_000;
/** The variant that puts the agent from before 8ddf9b8c8c back. */
const historic = { ...fencedRules, ...fenceAgentDisappearingRequestOrTarget.rules };

const kinds = (trace: Trace, kind: string) =>
  trace
    .entries()
    .filter((e) => e.kind === kind)
    .map((e) => e.data as Record<string, unknown>);
/** Where a task goes on once it is no longer parked. */
const parkedFor = (t: { park?: object | undefined } | undefined) =>
  (t?.park as { then?: string } | undefined)?.then;
/** The next of this label has not run yet: the process before it is being started. */
const until = (w: World, label: string) =>
  expect(
    w.runUntil(() => w.peekMount(AGENT).tasks.some((t) => parkedFor(t) === label), 60 * SECOND),
  ).toBe(true);

describe("the daemon", () => {
  test("fences a target on its host and answers fenced", () => {
    const { w, trace } = fencingWorld();
    fence(w, RID.target);
    w.runFor(3 * SECOND);
    expect(targetOf(w, TARGET)).toMatchObject({ forced: true, dir: false, umount: "done" });
    expect(targetOf(w, OTHER).forced).toBe(false);
    expect(answered(w)).toEqual({ rid: RID.target, reason: "client_reconnect", error: false });
    expect(kinds(trace, "agent.answer")).toMatchObject([{ file: "fenced", written: true }]);
  });

  test("passes over an answered request again and again until it is freed", () => {
    const { w, trace } = fencingWorld();
    fence(w, RID.target);
    w.runFor(9 * SECOND);
    expect(kinds(trace, "agent.fence")).toHaveLength(1);
    start(w, SERVER, "scoutfs_fence_free", { rid: RID.target });
    w.runFor(SECOND);
    expect(fenceDirs(w.peekMount(SERVER).state)).toEqual([]);
  });

  test("leaves a request alone that goes while it reads", () => {
    for (const label of ["readFenced", "readError", "readRid", "readIp", "readReason"]) {
      const { w, trace } = fencingWorld();
      fence(w, RID.target);
      until(w, label);
      start(w, SERVER, "scoutfs_fence_stop");
      w.runFor(3 * SECOND);
      expect(kinds(trace, "agent.fence"), label).toEqual([]);
    }
  });

  test("of old fenced a request that had gone, with an empty rid", () => {
    const { w, trace } = fencingWorld({ rules: historic });
    fence(w, RID.target);
    until(w, "readFenced");
    start(w, SERVER, "scoutfs_fence_stop");
    w.runFor(3 * SECOND);
    expect(kinds(trace, "agent.fence")).toMatchObject([{ rid: "", ip: "", reason: "" }]);
    expect(kinds(trace, "agent.answer")).toMatchObject([{ written: false }]);
  });

  test("takes a directory without files for a request, and answers fenced for nothing", () => {
    const { w, trace } = fencingWorld();
    const made = () => fenceDirs(w.peekMount(SERVER).state).length > 0;
    fence(w, RID.target);
    w.runUntil(made, SECOND);
    // A processor that stalled in the middle of the building.
    const h = w.mount(SERVER).state.fence.fences.slots[0]?.value;
    h?.dir.files.splice(0);
    until(w, "readIp");
    h?.dir.files.push("elapsed_secs", "fenced", "error", "ipv4_addr", "reason", "rid");
    w.runFor(SECOND);
    expect(kinds(trace, "agent.fence")).toMatchObject([{ rid: "" }]);
    expect(answered(w)).toMatchObject({ rid: RID.target, error: false });
    expect(targetOf(w, TARGET).forced).toBe(false);
  });

  test("isolates a target that is mounted nowhere only through its directory", () => {
    const run = (isolates: boolean) => {
      const rules = { ...fencedRules, isolatesThroughSysfs: () => isolates };
      const { w } = fencingWorld({ rules });
      targetOf(w, TARGET).mounted = false;
      fence(w, RID.target);
      w.runFor(8 * SECOND);
      return [targetOf(w, TARGET).forced, answered(w)?.error];
    };
    expect(run(false)).toEqual([false, false]);
    expect(run(true)).toEqual([true, false]);
  });

  test("takes a target that leaves the mount table before umount -f for one that stays", () => {
    const run = (isolates: boolean) => {
      const rules = { ...fencedRules, isolatesThroughSysfs: () => isolates };
      const { w } = fencingWorld({ rules });
      fence(w, RID.target);
      until(w, "umount");
      targetOf(w, TARGET).mounted = false;
      w.runFor(8 * SECOND);
      return [targetOf(w, TARGET).forced, answered(w)?.error];
    };
    expect(run(false)).toEqual([false, true]);
    expect(run(true)).toEqual([true, false]);
  });

  test("lets the others time out while one command is slow", () => {
    const { w } = fencingWorld({ agent: { slowUs: (40 * SECOND) as never } });
    fence(w, RID.target);
    fence(w, RID.other);
    w.runFor(38 * SECOND);
    const { fences } = w.peekMount(SERVER).state.fence;
    expect(fences.slots.map((s) => s.value?.error)).toEqual([true, true]);
  });

  test.each([
    ["absent", [], false],
    ["failing", ["error"], false],
    ["lying", ["fenced"], false],
    ["complaining", ["error"], true],
  ] as const)("with the habit %s answers %j", (habit, files, forced) => {
    const { w, trace } = fencingWorld({ agent: { habit } });
    fence(w, RID.target);
    w.runFor(5 * SECOND);
    expect(kinds(trace, "agent.answer").map((a) => a.file)).toEqual(files);
    expect(targetOf(w, TARGET).forced).toBe(forced);
  });
});

test("a command that failed on purpose has failed, though its vice is gone when it ends", () => {
  const { w } = fencingWorld({ agent: { habit: "failing" } });
  const until = { is: "released" } as const;
  const hold: Hold = {
    program: "fenced_run",
    label: "exit",
    until,
    mount: -1,
    held: [],
    open: false,
  };
  w.holds.push(hold);
  fence(w, RID.target);
  w.runFor(7 * SECOND);
  const { fenced } = w.mount(AGENT).state;
  fenced.options = { ...fenced.options, habit: "honest" };
  expect(hold.held).toHaveLength(1);
  open(w, hold);
  w.runFor(3 * SECOND);
  expect(answered(w)).toMatchObject({ error: true });
});

describe("the local force-unmount script", () => {
  test.each([
    ["goes on when an unrelated mount disappears before it is read", {}, false],
    ["of old failed then, though the target was isolated", historic, true],
  ])("%s", (_what, rules, error) => {
    const { w } = fencingWorld({ rules });
    fence(w, RID.target);
    const readsOther = () =>
      w.peekMount(AGENT).tasks.some((t) => {
        const mount = (t?.frames.at(-1)?.locals as { mount?: string } | undefined)?.mount;
        return parkedFor(t) === "readRid" && mount === nameOf(RID.other);
      });
    expect(w.runUntil(readsOther, 9 * SECOND)).toBe(true);
    killMount(w, OTHER);
    w.runFor(SECOND);
    expect(targetOf(w, TARGET).forced).toBe(true);
    expect(answered(w)).toMatchObject({ error });
  });

  test("succeeds for a target that is gone, and fails for one that is busy", () => {
    const gone = fencingWorld();
    killMount(gone.w, TARGET);
    fence(gone.w, RID.target);
    gone.w.runFor(3 * SECOND);
    expect(answered(gone.w)).toMatchObject({ error: false });

    const busy = fencingWorld();
    targetOf(busy.w, TARGET).busy = true;
    fence(busy.w, RID.target);
    busy.w.runFor(3 * SECOND);
    expect(answered(busy.w)).toMatchObject({ error: true });
    expect(targetOf(busy.w, TARGET).forced).toBe(true);
    const mended = fencingWorld({ rules: { ...fencedRules, bearsBusyTarget: () => true } });
    targetOf(mended.w, TARGET).busy = true;
    fence(mended.w, RID.target);
    mended.w.runFor(6 * SECOND);
    expect(answered(mended.w)).toMatchObject({ error: false });
  });

  test("succeeds for a target whose own unmount hangs, though it is not isolated", () => {
    const { w } = fencingWorld();
    targetOf(w, TARGET).mounted = false;
    fence(w, RID.target);
    w.runFor(3 * SECOND);
    expect(answered(w)).toMatchObject({ error: false });
    expect(targetOf(w, TARGET)).toMatchObject({ forced: false, dir: true });
  });

  test("of old failed for a target that is mounted nowhere", () => {
    const { w } = fencingWorld({ rules: historic });
    targetOf(w, TARGET).mounted = false;
    fence(w, RID.target);
    w.runFor(3 * SECOND);
    expect(answered(w)).toMatchObject({ error: true });
  });
});

describe("the power agent", () => {
  test("cuts the power of the host that the request names", () => {
    const { w } = fencingWorld({ agent: { run: "power" } });
    fence(w, RID.other, 1);
    w.runFor(9 * SECOND);
    expect(w.peekHost(1).up).toBe(false);
    expect(w.peekHost(0).up).toBe(true);
    expect(answered(w)).toMatchObject({ rid: RID.other, error: false });
  });

  test("fails without an address", () => {
    const { w } = fencingWorld({ agent: { run: "power" } });
    const slot = start(w, AGENT, "fenced_power", { rid: ridText(RID.other as Rid), ip: "" });
    w.runFor(SECOND);
    expect(w.peekMount(AGENT).results.get(slot)?.ret).toEqual({ value: 1 });
  });
});
