// Polls for fence requests, has each isolated in turn, and answers. Mirrors utils/fenced/
// scoutfs-fenced. It keeps: a request that vanished under its hands is passed over. It does not
// keep: that what it read belongs to one moment, or to a request that was whole. One request at a
// time: while the command runs, the timers of the others go on.

import type { Next, Out } from "../core/index.ts";
import { assert, done, program } from "../core/index.ts";
import type { StoreFile } from "../fence/types.ts";
import { exec } from "./options.ts";
import type { AgentHabit, FencedProtocol, RequestFile, SysfsDir, SysfsStore } from "./types.ts";

interface Locals {
  /** The shell expands its pattern once a round; both lists grow old while the round runs. */
  servers: readonly string[];
  at: number;
  requests: SysfsDir[];
  dir: SysfsDir;
  text: { fenced: string; error: string; rid: string; ip: string; reason: string };
  store: SysfsStore | undefined;
}
type Labels = "next" | "answered";

const nothing = (): Locals["text"] => ({ fenced: "", error: "", rid: "", ip: "", reason: "" });

function cat(l: Locals, out: Out<FencedProtocol>, file: RequestFile): string {
  const text = out.api.sysfs.read(out, l.dir, file);
  if (text === undefined) out.note("the agent reads a file of a request that is gone");
  return text ?? out.rules.textOfVanished(file);
}

const isHandled = ({ text }: Locals): boolean => text.fenced === "1" || text.error === "1";

function answer(
  l: Locals,
  out: Out<FencedProtocol>,
  file: StoreFile,
): Next<FencedProtocol, Labels, "stored"> {
  const store = out.api.sysfs.write(out, l.dir, file);
  const { mount: server, request = "" } = l.dir;
  const written = store !== undefined;
  out.emit({ kind: "agent.answer", server, request, rid: l.text.rid, file, written });
  if (!written) {
    out.ignored("the request is gone before it is answered");
    return "next";
  }
  l.store = store;
  return { wait: "stored", then: "answered" };
}

export const scoutfsFenced = program<FencedProtocol>()({
  name: "scoutfs_fenced",
  source: "scoutfs-fenced:main loop",
  start: "start",
  locals: (): Locals => ({
    servers: [],
    at: 0,
    requests: [],
    dir: { mount: "" },
    text: nothing(),
    store: undefined,
  }),
  waits: {
    stored: {
      on: () => "fenced.waitq",
      until: (l, _m, out) => l.store === undefined || !out.api.sysfs.isStoring(out, l.store),
      blames: (l) => ({ who: l.dir.mount, because: "the store function there has not returned" }),
    },
  },
  steps: {
    start(_l, m, out) {
      if (m.fenced.options.habit === "absent") return done();
      out.emit({ kind: "agent.start", run: m.fenced.options.run });
      return "sleep";
    },
    sleep: (_l, m) => ({ sleep: m.fenced.options.delayUs, then: "listServers" }),
    listServers(l, _m, out) {
      l.servers = out.api.sysfs.mounts(out);
      l.at = 0;
      l.requests = [];
      return "listRequests";
    },
    listRequests(l, _m, out) {
      const mount = l.servers[l.at++];
      if (mount === undefined) return "next";
      for (const request of out.api.sysfs.requests(out, mount)) l.requests.push({ mount, request });
      return "listRequests";
    },
    next(l, m, out) {
      const dir = l.requests.shift();
      if (dir === undefined) return "sleep";
      l.dir = dir;
      l.text = nothing();
      if (out.rules.looksForRequestLast()) return exec(m, out, "readFenced");
      return out.api.sysfs.isDir(out, dir) ? exec(m, out, "readFenced") : "next";
    },
    readFenced(l, m, out) {
      l.text.fenced = cat(l, out, "fenced");
      return exec(m, out, "readError");
    },
    readError(l, m, out) {
      l.text.error = cat(l, out, "error");
      const skips = !out.rules.looksForRequestLast() && isHandled(l);
      return skips ? "next" : exec(m, out, "readRid");
    },
    readRid(l, m, out) {
      l.text.rid = cat(l, out, "rid");
      return exec(m, out, "readIp");
    },
    readIp(l, m, out) {
      l.text.ip = cat(l, out, "ipv4_addr");
      return exec(m, out, "readReason");
    },
    readReason(l, _m, out) {
      l.text.reason = cat(l, out, "reason");
      return out.rules.looksForRequestLast() ? "look" : "run";
    },
    look(l, _m, out) {
      if (!out.api.sysfs.isDir(out, l.dir)) {
        out.ignored("the request is gone");
        return "next";
      }
      if (isHandled(l)) {
        out.ignored("the request is answered and waits for its reclaim");
        return "next";
      }
      const isWhole = l.text.rid !== "" && l.text.ip !== "";
      if (!isWhole && !out.rules.runsWithoutRid()) {
        out.ignored("the request is not whole yet");
        return "next";
      }
      return "run";
    },
    /** A directory that has no files yet passes the look with an empty rid. */
    run(l, _m, out) {
      const { rid, ip, reason } = l.text;
      if (rid === "") out.note("the agent runs its command without a rid");
      out.emit({ kind: "agent.fence", server: l.dir.mount, rid, ip, reason });
      return { call: "fenced_run", args: { rid, ip }, then: "ran" };
    },
    ran(_l, _m, _out, ret) {
      assert(typeof ret.value === "number", "an exit status");
      return ret.value === 0 ? "writeFenced" : "writeError";
    },
    writeFenced: (l, _m, out) => answer(l, out, "fenced"),
    writeError: (l, _m, out) => answer(l, out, "error"),
    answered(l) {
      l.store = undefined;
      return "next";
    },
  },
});

/** Whether the habit lets the command act. */
const acts = (habit: AgentHabit): boolean => habit === "honest" || habit === "complaining";

/** The configured command. scoutfs leaves it to its users; their vices are the agent's options. */
export const fencedRun = program<FencedProtocol>()({
  name: "fenced_run",
  source: "scoutfs-fenced:SCOUTFS_FENCED_RUN",
  start: "exec",
  locals: (a: { rid: string; ip: string }) => ({ ...a, habit: "honest" as AgentHabit }),
  waits: {},
  steps: {
    exec: (_l, m, out) => (out.rules.runsItsCommand() ? exec(m, out, "idle") : done({ value: 0 })),
    idle: (_l, m) => {
      const { slowUs } = m.fenced.options;
      return slowUs === 0 ? "act" : { sleep: slowUs, then: "act" };
    },
    /** The habit of this moment, to its end: a command that did not act cannot succeed. */
    act(l, m) {
      l.habit = m.fenced.options.habit;
      if (!acts(l.habit)) return "exit";
      const args = { rid: l.rid, ip: l.ip };
      return m.fenced.options.run === "power"
        ? { call: "fenced_power", args, then: "exit" }
        : { call: "fenced_local_force_unmount", args, then: "exit" };
    },
    exit({ habit }, _m, _out, ret) {
      if (habit === "failing" || habit === "complaining") return done({ value: 1 });
      return done({ value: habit === "lying" ? 0 : ret.value });
    },
  },
});
