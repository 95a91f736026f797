// The files of the volume options: who may use them when, and who waits for whom; see
// src/mount/volopt.ts.

import { describe, expect, test } from "vitest";
import type { AnyProgram, Ret } from "../../../src/core/index.ts";
import { mountState } from "../../../src/mount/state.ts";
import type { Mount } from "../../../src/mount/types.ts";
import { voloptPrograms } from "../../../src/mount/volopt.ts";
import type { Scoutfs } from "../../../src/protocol.ts";
import { bindings, rid } from "../../support/scoutfs.ts";
import { runSteps } from "../../support/steps.ts";

function run(name: string, m: Mount, args = {}, answer: Ret = {}) {
  const p = voloptPrograms.find((one) => one.name === name) as unknown as AnyProgram<Scoutfs>;
  const calls: unknown[] = [];
  const onCall = (call: string, what: unknown) => {
    calls.push([call, what, m.volopt.users]);
    return answer;
  };
  return { calls, ...runSteps<Scoutfs>(p, args, m, { ...bindings, onCall }) };
}
const setUp = () => {
  const m = mountState({ rid: rid(7) });
  run("scoutfs_volopt_setup", m);
  return m;
};

describe("a file of the options", () => {
  test("is read and written by asking the server, and used meanwhile", () => {
    const m = setUp();
    const value = { dataAllocZoneBlocks: 9 };
    const read = run("volopt_attr_show", m, {}, { value });
    expect(read.calls).toEqual([["scoutfs_client_get_volopt", {}, 1]]);
    expect(read.ret).toEqual({ value: 9 });
    const written = run("volopt_attr_store", m, value, { error: "EINVAL" });
    expect(written.calls).toEqual([["scoutfs_client_set_volopt", value, 1]]);
    expect(written.ret).toEqual({ error: "EINVAL" });
    expect(m.volopt.users).toBe(0);
  });

  test("is cleared by an empty line, which sends the option's bit", () => {
    const { calls } = run("volopt_attr_store", setUp(), { dataAllocZoneBlocks: undefined });
    expect(calls).toEqual([["scoutfs_client_clear_volopt", { dataAllocZoneBlocks: 0 }, 1]]);
  });

  test("is not there before its setup, nor once its removal has begun", () => {
    const m = mountState({ rid: rid(7) });
    expect(run("volopt_attr_show", m).ret).toEqual({ error: "ENOENT" });
    run("scoutfs_volopt_setup", m);
    run("scoutfs_volopt_destroy", m);
    expect(run("volopt_attr_store", m, { dataAllocZoneBlocks: 1 })).toMatchObject({
      ...{ ret: { error: "ENOENT" }, calls: [] },
    });
    expect(m.parts).toEqual([]);
  });

  test("is removed once nobody uses it", () => {
    const m = setUp();
    m.volopt.users = 2;
    expect(run("scoutfs_volopt_destroy", m).parked).toEqual({
      wait: "unused",
      who: "2 readers and writers of the volume options",
      because: "they have the files open in sysfs and wait for the server",
    });
    m.volopt.users = 0;
    expect(run("scoutfs_volopt_destroy", setUp()).ret).toEqual({});
  });
});
