// Where the server is, as far as the quorum blocks tell: the slot of the greatest ELECT that no
// STOP has followed. A leader that died leaves such a record until its slot is elected again, so
// the answer may be an address where nobody listens. Mirrors scoutfs_quorum_server_sin of quorum.c;
// clients ask it before each attempt to connect.

import type { Address } from "../core/index.ts";
import { done, fail, program } from "../core/index.ts";
import { CONFIG_BLOCK, nextSlot, slotAddress } from "./config.ts";
import type { QuorumBlock, QuorumBlocks, QuorumConfig, QuorumProtocol } from "./types.ts";

export const noConfig: QuorumConfig = { kind: "quorum_config", slots: [] };

/** What a read of `CONFIG_BLOCK` returned; no slots when nobody has written it. */
export function configOf(value: unknown): QuorumConfig {
  const config = value as QuorumBlocks | undefined;
  return config?.kind === "quorum_config" ? config : noConfig;
}

export const quorumServerSin = program<QuorumProtocol>()({
  name: "scoutfs_quorum_server_sin",
  source: "quorum.c:scoutfs_quorum_server_sin",
  reads: "device",
  start: "readSuper",
  locals: (_args: object) => ({
    config: noConfig,
    slot: 0,
    term: 0,
    address: undefined as Address | undefined,
  }),
  waits: {},
  steps: {
    readSuper(_l, m) {
      if (m.super.forcingUnmount) return fail("ENOLINK");
      return { io: { op: "read", block: CONFIG_BLOCK }, then: "superRead" };
    },
    superRead(l, _m, _out, ret) {
      if (ret.error !== undefined) return fail(ret.error);
      l.config = configOf(ret.value);
      return "read";
    },
    read(l) {
      const slot = nextSlot(l.config, l.slot);
      if (slot === undefined) return l.term === 0 ? fail("ENOENT") : done({ value: l.address });
      l.slot = slot;
      return { call: "read_quorum_block", args: { slot, checkRid: false }, then: "compare" };
    },
    /** One block that cannot be read ends the search, whatever the others say. */
    compare(l, _m, _out, ret) {
      if (ret.error !== undefined) return fail(ret.error);
      const { ELECT, STOP } = (ret.value as QuorumBlock).events;
      if (ELECT.term > l.term && ELECT.term > STOP.term) {
        l.term = ELECT.term;
        l.address = slotAddress(l.config, l.slot);
      }
      l.slot++;
      return "read";
    },
  },
});
