// Where a twin and the quorum members that it knows are.

import { address, type HostId } from "../../../src/core/index.ts";

/** The one mount of its world. */
export const ME = 0;
const FIRST_PORT = 6000;
export const HOST = 0 as HostId;
export const portOfSlot = (slot: number): number => FIRST_PORT + Math.max(0, slot);
export const slotAddress = (slot: number) => address(HOST, portOfSlot(slot));
