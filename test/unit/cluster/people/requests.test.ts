// What people ask of mounts, and what keeps a mount busy; see sim/cluster/people/requests.ts and
// commands.ts.

import { describe, expect, test } from "vitest";
import { scenarioExecutor } from "../../../../sim/cluster/scenario/scenario.ts";
import { type ClusterOptions, clusterWorld } from "../../../../sim/cluster/world/cluster.ts";
import type { ClusterWorld } from "../../../../sim/cluster/world/types.ts";
import { start } from "../../../../sim/engine/build.ts";
import * as hosts from "../../../../sim/engine/hosts.ts";
import { MemorySink } from "../../../../sim/engine/trace/trace.ts";
import { parseScn, runScn } from "../../../../sim/report/scn.ts";

const SECOND = 1_000_000;
const STATFS = "statfs";

const fields = (w: ClusterWorld, kind: string): object[] =>
  (w.trace.sink as MemorySink)
    .entries()
    .filter((e) => e.kind === kind)
    .map(({ data }) => {
      const { kind: _kind, ...rest } = data as { readonly kind?: string };
      return rest;
    });

const options: ClusterOptions = {
  ...{ seed: "requests", mounts: 2, slots: 1, hosts: 2, heartbeatTimeoutMs: 10_000 },
  agent: { habit: "absent" },
};
/** Two mounts with a server in the first, on hosts of their own. */
function mounted(): ClusterWorld {
  const w = clusterWorld(options);
  w.trace.sink = new MemorySink(1_000_000);
  for (const n of [0, 1]) start(w, n, "mount");
  w.runUntil(() => fields(w, "mounted").length === 2, 20 * SECOND);
  expect(fields(w, "mounted").map((f) => "error" in f && f.error)).toEqual([undefined, undefined]);
  return w;
}
/** The second mount has no server any more, and nobody is elected. */
function orphaned(): ClusterWorld {
  const w = mounted();
  hosts.powerOff(w, 0);
  w.runFor(SECOND);
  return w;
}
const slotOf = (w: ClusterWorld) => w.mount(1).state.slot;

describe("a request on a mount that has its server", () => {
  test.each([
    [STATFS, {}],
    ["alloc_inodes", { count: 10 }],
    ["last_seq", {}],
    ["resize_devices", { metaBlocks: 2 ** 19, dataBlocks: 2 ** 28 }],
    ["get_volopt", {}],
    ["set_volopt", { blocks: 2 ** 21 }],
    ["clear_volopt", {}],
  ])("is answered: %s", (what, args) => {
    const w = mounted();
    start(w, 1, what, args);
    w.runFor(SECOND);
    expect(fields(w, "request")).toEqual([{ rid: 102, what, error: undefined }]);
    expect(slotOf(w).users).toBe(0);
    expect(w.violations).toEqual([]);
  });

  test("that the server refuses says so: zones must hold what a mount is filled up to", () => {
    const w = mounted();
    start(w, 1, "set_volopt", { blocks: 1 });
    w.runFor(SECOND);
    expect(fields(w, "request")).toEqual([{ rid: 102, what: "set_volopt", error: "EINVAL" }]);
  });

  test("is passed over where nothing is mounted", () => {
    const w = mounted();
    start(w, 1, "umount", { force: false });
    w.runFor(SECOND);
    start(w, 1, STATFS);
    w.runFor(SECOND);
    expect(fields(w, "unmounted")).toHaveLength(1);
    expect(fields(w, "request")).toEqual([]);
  });
});

describe("an unmount while a request waits for a server", () => {
  test("is refused: the mount is busy, and the request goes on waiting", () => {
    const w = orphaned();
    start(w, 1, STATFS);
    w.runFor(SECOND);
    start(w, 1, "umount", { force: false });
    w.runFor(60 * SECOND);
    expect(fields(w, "unmount_refused")).toEqual([{ rid: 102, force: false, error: "EBUSY" }]);
    expect(fields(w, "request")).toEqual([]);
    expect(slotOf(w)).toMatchObject({ mounted: true, users: 1 });
  });

  test("by force ends the wait, and succeeds then or when it is tried again", () => {
    const w = orphaned();
    start(w, 1, STATFS);
    w.runFor(SECOND);
    start(w, 1, "umount", { force: true });
    w.runFor(SECOND);
    expect(fields(w, "request")).toEqual([{ rid: 102, what: STATFS, error: "ECONNABORTED" }]);
    start(w, 1, "umount", { force: true });
    w.runFor(SECOND);
    expect(fields(w, "unmounted")).toHaveLength(1);
    expect(fields(w, "unmounting")).toEqual([{ rid: 102, force: true }]);
    expect(w.violations).toEqual([]);
  });

  test("by force leaves a busy mount mounted, and whoever asks it gets errors", () => {
    const w = orphaned();
    slotOf(w).users++; // somebody's working directory
    start(w, 1, "umount", { force: true });
    w.runFor(SECOND);
    start(w, 1, STATFS);
    w.runFor(SECOND);
    expect(fields(w, "unmount_refused")).toEqual([{ rid: 102, force: true, error: "EBUSY" }]);
    expect(fields(w, "unmounting")).toEqual([]);
    expect(fields(w, "request")).toEqual([{ rid: 102, what: STATFS, error: "ENOLINK" }]);
    expect(slotOf(w).mounted).toBe(true);
  });

  test("by force of a fence agent on a busy mount tells the agent that it failed", () => {
    const w = mounted();
    const agent = options.mounts;
    slotOf(w).users++;
    slotOf(w).umount = "running";
    start(w, 1, "umount", { force: true, agent });
    w.runFor(SECOND);
    expect(slotOf(w)).toMatchObject({ umount: "failed", mounted: true });
    slotOf(w).users--;
    slotOf(w).umount = "running";
    start(w, 1, "umount", { force: true, agent });
    w.runFor(SECOND);
    expect(slotOf(w)).toMatchObject({ umount: "done", mounted: false });
  });

  test("is let in by one that reads a volume option, and then waits for it", () => {
    const w = orphaned();
    start(w, 1, "get_volopt");
    w.runFor(SECOND);
    start(w, 1, "umount", { force: false });
    w.runFor(60 * SECOND);
    expect(fields(w, "unmounting")).toHaveLength(1);
    expect(fields(w, "client_destroy")).toEqual([]);
    start(w, 1, "get_volopt");
    w.runFor(SECOND);
    expect(fields(w, "request")).toEqual([]);
  });
});

test("two unmounts at once: one goes, the other finds nothing mounted", () => {
  const w = mounted();
  for (const force of [false, false]) start(w, 1, "umount", { force });
  w.runFor(2 * SECOND);
  expect(fields(w, "unmounted")).toHaveLength(1);
  expect(fields(w, "unmount_refused")).toEqual([{ rid: 102, force: false, error: "EINVAL" }]);
});

test("people ask in a scenario with: do NAME mount=NAME", () => {
  const text = [
    "# People ask.",
    "world cluster mounts=2 slots=1 seed=1",
    "do mount-all",
    "run for=5s",
    "do statfs mount=m1",
    "do alloc-inodes mount=m1 count=3",
    "do set-volopt mount=m0",
    "do get-volopt",
    "trace for=1s kinds=request width=60",
    "----",
    "",
  ].join("\n");
  const { blocks } = runScn(parseScn(text, "people.scn"), scenarioExecutor());
  const output = blocks.map((block) => block.output).join("");
  for (const what of ["statfs", "alloc_inodes", "set_volopt", "get_volopt"]) {
    expect(output).toContain(`what=${what}`);
  }
  expect(output).not.toContain("error=");
});
