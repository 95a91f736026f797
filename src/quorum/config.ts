// The slots of the quorum configuration: which are in use and how many votes make a majority of
// them. Mirrors quorum_slot_present, quorum_slot_sin and verify_quorum_slots of quorum.c.

import type { Address, Errno } from "../core/index.ts";
import { assert } from "../core/index.ts";
import type { QuorumConfig, QuorumInfo, QuorumMount, QuorumState } from "./types.ts";

export const SCOUTFS_QUORUM_MAX_SLOTS = 15;

/** Stands for the part of the super block that mkfs writes and no server changes. */
export const CONFIG_BLOCK = "super.qconf";
export const quorumBlockName = (slot: number): string => `quorum.${slot}`;

/** One or two slots need a single vote: there a majority would be everybody. */
const SMALLEST_MAJORITY = 3;

export const votesNeeded = (slots: number): number =>
  slots < SMALLEST_MAJORITY ? 1 : Math.floor(slots / 2) + 1;

/** The first slot in use from `from` on; undefined when there is none. */
export function nextSlot(config: QuorumConfig, from: number): number | undefined {
  for (let slot = from; slot < SCOUTFS_QUORUM_MAX_SLOTS; slot++) {
    if (config.slots[slot] !== undefined) return slot;
  }
  return undefined;
}

export function slotAddress(config: QuorumConfig, slot: number): Address {
  const address = config.slots[slot];
  assert(address !== undefined, `quorum slot ${slot} to be in use`);
  return address;
}

export function infoOf(m: { readonly quorum: QuorumState }): QuorumInfo {
  const { info } = m.quorum;
  assert(info !== undefined, "a mount that is a quorum member");
  return info;
}

/** The condition on which the quorum worker leaves its loop. */
export const isLeaving = (m: QuorumMount): boolean => infoOf(m).shutdown || m.super.forcingUnmount;

/** `verify_quorum_slots`: takes the configuration over, or says what is wrong with it. */
export function takeConfig(info: QuorumInfo, config: QuorumConfig): Errno | undefined {
  const used = config.slots.filter((address) => address !== undefined);
  if (used.length === 0 || new Set(used).size < used.length) return "EINVAL";
  if (config.slots[info.slot] === undefined) return "EINVAL";
  info.votesNeeded = votesNeeded(used.length);
  info.config = config;
  return undefined;
}
