// ftrace text becomes the events of a recording: those of the recordings that were made from it,
// field by field; what is lost or cut is told.

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { FtraceReader } from "../../../../sim/real/ftrace/read.ts";
import { fileOf } from "../../../real/facts.ts";

const unpacked = (file: string): string => gunzipSync(readFileSync(file)).toString("utf8");

function read(text: string) {
  const told: string[] = [];
  const reader = new FtraceReader({
    onGap: ({ line, lost }) => told.push(`${line}: lost ${lost}`),
    onUnreadable: (line) => told.push(`${line}: unreadable`),
  });
  reader.who.learn(text);
  const events = [...reader.events(text.split("\n"))];
  return { events: events.map(({ event }) => event), told };
}

const mark = "  bash-1 [000] .....  1.000000: tracing_mark_write: MARK rid mount 2 rid 65";
const vote = "w-7 [001] ...1. 1.500000: scoutfs_quorum_send_message: f.a.r.000000";

describe("ftrace text", () => {
  it.each(["a1-mount3-traffic", "d1-force-umount-leader3"])(
    "%s: gives the events that were recorded",
    (name) => {
      const events = unpacked(fileOf(name));
      const trace = unpacked(fileOf(name).replace("events.jsonl.gz", "trace.txt.gz"));
      const { events: got, told } = read(trace);
      expect(told).toEqual([]);
      expect(got).toEqual(
        events
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line)),
      );
    },
  );

  it("reads trace-cmd report, which prints no flags and pads the text", () => {
    const bind = "net_bind:    (a+0x4) srid=0x65 port_be=0xf64c";
    const text = `cpus=2\n    kworker/u9:0-72    [001]   185.508564: ${bind}`;
    expect(read(text).events).toEqual([
      {
        ...{ t: 185.508564, cpu: 1, task: "kworker/u9:0-72", ev: "net_bind" },
        ...{ node: "0000000000000065", port: 19702 },
      },
    ]);
  });

  it.each([
    ["as it is", "    kworker/u9:0-72    [001]   185.508564: net_bind:             TEXT"],
    ["with latency flags, -l", "    kworker/u9:0-72    [001] d..2.  185.508564: net_bind: TEXT"],
    ["with flags and no depth", "    kworker/u9:0-72    [001] .....   185.508564: net_bind: TEXT"],
    ["with thread groups", "  kworker/u9:0-72    (  72) [001]   185.508564: net_bind: TEXT"],
    ["with thread groups unknown", "  kworker/u9:0-72  (-----) [001]   185.508564: net_bind: TEXT"],
    ["with nanoseconds, -t", "    kworker/u9:0-72    [001]   185.508564000: net_bind: TEXT"],
  ])("reads trace-cmd report %s", (_what, form) => {
    const text = form.replace("TEXT", "(a+0x4) srid=0x65 port_be=0xf64c");
    const { events, told } = read(["version = 7", "CPU 0 is empty", "cpus=2", text].join("\n"));
    expect(told).toEqual([]);
    expect(events).toEqual([
      {
        ...{ t: 185.508564, cpu: 1, task: "kworker/u9:0-72", ev: "net_bind" },
        ...{ node: "0000000000000065", port: 19702 },
      },
    ]);
  });

  it("keeps as it is what trace-cmd report -R prints: fields, not the text of the format", () => {
    const point = "  w-7  [001]   1.5: scoutfs_quorum_send_message: s_fsid=10 term=1 type=2 nr=0";
    expect(read(point).events[0]).toMatchObject({
      ev: "scoutfs_quorum_send_message",
      raw: "s_fsid=10 term=1 type=2 nr=0",
    });
  });

  it.each([
    ["CPU:1 [LOST 12 EVENTS]", 12],
    ["CPU:1 [12 EVENTS DROPPED]", 12],
    ["CPU:0 [EVENTS DROPPED]", 0],
    ["CPU:0 [LOST EVENTS]", 0],
  ])("trace-cmd report's %s is a gap", (text, lost) => {
    expect(read(["cpus=2", mark, text, mark].join("\n")).told).toEqual([`3: lost ${lost}`]);
  });

  it("names mounts as the driver does, later ones by letters", () => {
    const again = mark.replace("rid 65", "rid 66").replace("1.0", "2.0");
    const sent = "w-7 [001] ...1. 3.5: fence_stop: (a+0x0) srid=0x66";
    expect(read([sent, mark, again].join("\n")).events[0]?.node).toBe("m2.b");
  });

  it("tells lost events, an overwritten buffer and cut lines", () => {
    const head = "# entries-in-buffer/entries-written: 10/25   #P:2";
    const lines = [head, "1.5: half a li", mark, "CPU:1 [LOST 12 EVENTS]", `${vote} term 1 type`];
    const { told, events } = read([...lines, "  bash-1 [0"].join("\n"));
    expect(told).toEqual(["0: lost 15", "2: unreadable", "4: lost 12", "6: unreadable"]);
    expect(events[1]).toMatchObject({ node: "-", raw: "term 1 type" });
  });
});
