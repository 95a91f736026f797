// What the `trace` and `show` commands of a scenario leave out when they are told to.

import { expect, test } from "vitest";
import { scenarioExecutor } from "../../../../sim/cluster/scenario/scenario.ts";
import { parseScn, runScn } from "../../../../sim/report/scn.ts";

const WORLD = ["# A test.", "world cluster mounts=2 slots=1 hosts=2", "do mount-all", "run for=3s"];

function lastOf(...lines: readonly string[]): string {
  const text = [...WORLD, ...lines, "----", ""].join("\n");
  const { blocks } = runScn(parseScn(text, "view.scn"), scenarioExecutor());
  return blocks.map((block) => block.output).join("\n");
}
const ask = ["do statfs mount=m1", "do get-volopt mount=m1"];
const sent = "trace for=1s kinds=net_recv_message width=90";

test("shows the columns of chosen mounts alone", () => {
  const all = lastOf(...ask, sent);
  expect(all).toMatch(/\| m0 .*\| m1 .*\| agent0/);
  const one = lastOf(...ask, `${sent} mounts=m1`);
  expect(one).toMatch(/\| m1 +\|$/m);
  expect(one).not.toContain("side=server");
});

test("shows chosen commands and fields of messages", () => {
  const view = lastOf(...ask, `${sent} cmds=STATFS fields=cmd,resp`);
  expect(view).toContain("net_recv_message: cmd=STATFS resp=1");
  expect(view).not.toContain("GET_VOLOPT");
});

test("shows the records of one lock, and those that are of none", () => {
  const use = ["do use-inode mount=m1 ino=1024", "do use-inode mount=m1 ino=2048"];
  const trace = "trace for=1s kinds=cl_lock_request,request mounts=m1 width=90";
  const lines = (view: string) => view.split("cl_lock_request").length - 1;
  expect(lines(lastOf(...use, trace))).toBe(2);
  const one = lastOf(...use, `${trace} keys=281474976711680`);
  expect(lines(one)).toBe(1);
  expect(one).toContain("key=281474976711680");
  expect(one).toContain("request: rid=102");
});

test("keeps what is wanted however much else happens", () => {
  const view = lastOf("do statfs mount=m1", "trace for=100s kinds=request width=40");
  expect(view).toContain("what=statfs");
});

test("refuses unknown mounts and arguments", () => {
  expect(() => lastOf("trace for=1s mounts=m7")).toThrow(/no mount is called "m7"/);
  expect(() => lastOf("trace for=1s kind=request")).toThrow(/unexpected "kind="/);
  expect(() => lastOf("show tasks abuot=x")).toThrow(/unexpected "abuot="/);
});

test("show keeps the lines that have a text, or says none", () => {
  expect(lastOf("show tasks mount=m0 about=server_worker")).toMatch(/scoutfs_server_worker/);
  expect(lastOf("show tasks mount=m0 about=farewell_worker")).toMatch(/^none$/m);
});
