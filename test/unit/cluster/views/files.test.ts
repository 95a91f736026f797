// The files of debugfs and sysfs, against the formats of the show functions in scoutfs.

import { beforeAll, describe, expect, it } from "vitest";
import { fileNames, readFile } from "../../../../sim/cluster/views/files.ts";
import { keyText } from "../../../../sim/cluster/views/keys.ts";
import { clusterWorld } from "../../../../sim/cluster/world/cluster.ts";
import type { ClusterWorld } from "../../../../sim/cluster/world/types.ts";
import { start } from "../../../../sim/engine/build.ts";
import { powerOff } from "../../../../sim/engine/hosts.ts";
import { indexRange, inoRange, wholeRanges } from "../../../../src/lock/keys.ts";

const SECOND = 1_000_000;
let w: ClusterWorld;
const file = (id: number, name: string): string[] => readFile(w, id, name);

beforeAll(() => {
  w = clusterWorld({
    ...{ seed: "1", mounts: 3, slots: 1, hosts: 3, heartbeatTimeoutMs: 3000 },
    agent: { habit: "absent" },
  });
  for (let id = 0; id < 3; id++) start(w, id, "mount");
  w.runFor(3 * SECOND);
  start(w, 1, "use_inode", { ino: 1024, mode: "write", forUs: 60 * SECOND } as never);
  w.runFor(SECOND);
});

describe("a file of a mount", () => {
  it("shows the locks of a client and of the server", () => {
    const ones = "18446744073709551615";
    expect(file(1, "client_locks").find((l) => l.startsWith("start 16.1024."))).toMatch(
      new RegExp(
        `^start 16.1024.0.0.0.0 end 16.2047.255.${ones}.${ones}.255 refresh_gen [1-9]\\d* mode 2 ` +
          "waiters: rd 0 wr 0 wo 0 users: rd 0 wr 1 wo 0$",
      ),
    );
    const held = file(0, "server_locks").filter((l) => l.startsWith("16.1024.0.0.0.0 "));
    expect(held.length).toBe(1);
    expect(held[0]).toMatch(/^16\.1024\.0\.0\.0\.0 write granted rid 0000000000000066 net_id \d+$/);
  });

  it("shows connections with their flags", () => {
    const lines = file(0, "connections");
    expect(lines.length).toBe(5); // its client, the listener, and what that has accepted
    expect(lines.find((l) => l.includes("rid 0000000000000066"))).toMatch(
      new RegExp(
        "^name 10.0.0.0:6000 peer 10.0.0.1:\\d+ rid 0000000000000066 greeting_id \\d+ " +
          "vg 1 est 1 sd 0 sg 1 sf 0 rw 0 rf 0 cto_ms rdl_j \\d+ \\d+ nss \\d+ rs \\d+ nsi \\d+$",
      ),
    );
  });

  it("shows quorum, of members only", () => {
    expect(file(0, "quorum/status")).toEqual([
      "quorum_slot_nr 0",
      expect.stringMatching(/^term \d+$/),
      expect.stringMatching(/^server_start_term \d+$/),
      "server_event 3",
      "role 2 (leader)",
      "vote_for -1",
      "vote_bits 0x1 (count 1)",
      expect.stringMatching(/^timeout_in_secs -?\d+\.\d{9}$/),
    ]);
    expect([file(0, "quorum/is_leader"), file(1, "quorum/status")]).toEqual([["1"], []]);
  });

  it("shows fence requests, and names what there is", () => {
    expect(file(0, "fence")).toEqual([]);
    powerOff(w, 1);
    w.runFor(60 * SECOND);
    expect(fileNames(w, 0)).toContain("fence/0000000000000066");
    expect(file(0, "fence/0000000000000066").slice(1)).toEqual([
      "fenced: 0",
      "error: 0",
      "ipv4_addr: 10.0.0.1",
      "reason: client_reconnect",
      "rid: 0000000000000066",
    ]);
    expect(file(0, "fence")[0]).toBe("fence/0000000000000066");
    expect(file(0, "rid")).toEqual(["0000000000000065"]);
    expect(() => file(0, "nope")).toThrow(/no file is called "nope"; files of this mount are cl/);
  });
});

it("spells keys as SK_FMT does", () => {
  const { start: first, end } = indexRange("meta_seq", 5);
  expect([keyText(first, "start"), keyText(end, "end")]).toEqual([
    "4.0.4.0.0.0",
    "4.0.4.1023.18446744073709551615.0",
  ]);
  expect(keyText(wholeRanges.scoutfs_lock_rename.start, "start")).toBe("20.0.4.0.0.0");
  expect(keyText(wholeRanges.scoutfs_lock_orphan.start, "start")).toBe("8.0.4.0.0.0");
  expect(keyText(inoRange(1).start, "start")).toBe("16.0.0.0.0.0");
});
