// Reading a recording: what becomes an entry, what is counted, and one line for a broken file.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { readRecording } from "../../../sim/real/read.ts";
import { UserError } from "../../../sim/report/user-error.ts";
import { fileOf } from "../../real/facts.ts";

const folder = mkdtempSync(join(tmpdir(), "recording-"));
afterAll(() => rmSync(folder, { recursive: true }));

const file = join(folder, "events.jsonl.gz");
const read = (bytes: Buffer) => {
  writeFileSync(file, bytes);
  return readRecording(file);
};
const lines = (...events: object[]) =>
  gzipSync(events.map((event) => `${JSON.stringify(event)}\n`).join(""));

function complaint(bytes: Buffer): string {
  try {
    read(bytes);
  } catch (error) {
    if (error instanceof UserError) return error.message.replace(file, "FILE");
    throw error;
  }
  return "none";
}

const mark = "scenario x NR=5 NQ=3 MOPT=quorum_heartbeat_timeout_ms=3000 kernel";
const start = { t: 5, ev: "tracing_mark_write", mark };

describe("a recording that is read", () => {
  it("numbers incarnations as they are met, with a small rid and the slot of each", () => {
    const { entries, mounts, slots, heartbeatTimeoutMs } = read(
      lines(
        start,
        { t: 5.000002, ev: "server_start", node: "m2.b", term: 1 },
        { t: 5.5, ev: "fence_start", node: "m2.b", client: "m4", reason: "CLIENT_RECONNECT" },
        { t: 6, ev: "umount_begin_forced", node: "40fbee3bb9d4c40c" },
        { t: 6, ev: "scoutfs_server_client_up", node: "m2.b", client: "40fbee" },
      ),
    );
    expect({ slots, heartbeatTimeoutMs }).toEqual({ slots: 3, heartbeatTimeoutMs: 3000 });
    expect(mounts.map(({ name }) => name)).toEqual(["m2.b", "m4", "40fbee"]);
    expect(entries.map(({ seq, at, mount, kind }) => [seq, at, mount, kind])).toEqual([
      [0, 0, -1, "cluster"],
      [1, 0, -1, "tracing_mark_write"],
      [2, 2, 0, "incarnation"],
      [2, 2, 0, "server_start"],
      [3, 500_000, 1, "incarnation"],
      [3, 500_000, 0, "fence_start"],
      [4, 1_000_000, 2, "incarnation"],
      [4, 1_000_000, 2, "umount_begin_forced"],
      [5, 1_000_000, 0, "server_client_up"],
    ]);
    const data = (at: number) => entries[at]?.data;
    expect([data(2), data(4), data(6)]).toEqual([
      ...[
        { rid: 1, slot: 2 },
        { rid: 2, slot: -1 },
        { rid: 3, slot: -1 },
      ],
    ]);
    expect(data(5)).toEqual({ rid: 2, reason: "client_reconnect" });
    expect(data(8)).toEqual({ rid: 3 });
  });

  it("counts what it left alone by name", () => {
    const {
      read: taken,
      leftAlone,
      events,
    } = read(lines(start, { t: 5, ev: "new_event" }, { t: 5, ev: "new_event" }));
    expect([[...taken], [...leftAlone], events]).toEqual([
      ...[[["tracing_mark_write", 1]], [["new_event", 2]], 3],
    ]);
  });
});

describe("a file that is no recording", () => {
  it("is said to be cut short", () => {
    const real = readFileSync(fileOf("a1-mount3-traffic"));
    expect(complaint(real.subarray(0, 9000))).toBe(
      "FILE: is cut short: its end is missing; copy the recording again",
    );
    expect(complaint(gzipSync(`${JSON.stringify(start)}\n{"t": 5`))).toMatch(
      /^FILE:2: is cut short: the last line has no end/,
    );
  });

  it("is said to be damaged, or empty, or to hold something else", () => {
    expect(complaint(Buffer.from("hello"))).toMatch(/^FILE: is not a gzip file, or is damaged/);
    expect(complaint(gzipSync(""))).toMatch(/^FILE: is empty/);
    expect(complaint(gzipSync("{\n"))).toMatch(/^FILE:1: is no event/);
    expect(complaint(lines(start, { ev: "no time" }))).toMatch(/^FILE:2: is no event/);
    expect(complaint(gzipSync("null\n"))).toMatch(/^FILE:1: is no event/);
  });

  it("is said not to be there", () => {
    const missing = join(folder, "none.gz");
    expect(() => readRecording(missing)).toThrow(/none\.gz: cannot be read \(ENOENT\)/);
  });
});
