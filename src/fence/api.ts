// What neighbours and the world call in fencing, each call one atomic region: scoutfs_fence_setup,
// scoutfs_fence_next and scoutfs_fence_reason_pending of fence.c, and its directories as sysfs
// shows them to an agent on the host.

import type { HostId, MountId, Rid, Us } from "../core/index.ts";
import { each, hostOf, lookup } from "../core/index.ts";
import { fenceOf, findListed } from "./requests.ts";
import type { FenceApi, FenceFile, FenceHandle, FenceMount, StoreFile } from "./types.ts";

export { fenceState } from "./requests.ts";
export { fenceRules } from "./rules.ts";

const RID_DIGITS = 16;
const HEX = 16;
const BYTE = 256;
const US_PER_SEC = 1_000_000;

/** `%016llx`, also the name of a request's directory. */
export const ridText = (rid: Rid): string => rid.toString(HEX).padStart(RID_DIGITS, "0");
/** `%pI4`: every host has one address. */
export const ipText = (host: HostId): string => `10.0.${Math.floor(host / BYTE)}.${host % BYTE}`;
/** The host behind an address text; undefined for any other text, as an empty one. */
export function hostOfIp(ip: string): HostId | undefined {
  const found = /^10\.0\.(\d+)\.(\d+)$/.exec(ip);
  return found === null ? undefined : ((Number(found[1]) * BYTE + Number(found[2])) as HostId);
}

export const fenceApi: FenceApi = {
  /** In one step: before the first request nobody can tell. */
  fenceSetup(m, quorumSlot) {
    if (quorumSlot === undefined) return;
    m.fence.setUp = true;
    m.fence.kset = true;
  },
  fenceNext(m, { rules }) {
    const found = findListed(m, rules.isAnswered);
    if (found === undefined) return undefined;
    const { rid, reason, error } = fenceOf(m, found);
    return { rid, reason, error };
  },
  fenceReasonPending: (m, reason) =>
    findListed(m, (fence) => fence.reason === reason) !== undefined,
};

// ---- sysfs: what an agent sees, whether or not the request is on the list ----------------------

/** The request directories as a shell sorts them. */
export function fenceDirs(m: FenceMount): string[] {
  const dirs: string[] = [];
  if (!m.fence.kset) return dirs;
  for (const [, { rid, dir }] of each(m.fence.fences)) {
    if (dir.status === "there") dirs.push(ridText(rid));
  }
  return dirs.sort((a, b) => (a < b ? -1 : 1));
}

function dirOf(m: FenceMount, request: string): FenceHandle | undefined {
  for (const [h, { rid, dir }] of each(m.fence.fences)) {
    if (dir.status === "there" && ridText(rid) === request) return h;
  }
  return undefined;
}

function withFile(m: FenceMount, request: string, file: FenceFile): FenceHandle | undefined {
  const h = dirOf(m, request);
  return h !== undefined && fenceOf(m, h).dir.files.includes(file) ? h : undefined;
}

/** The text of a file as `cat` in a command substitution gives it, or undefined when it is not
 *  there. */
export function readFenceFile(
  m: FenceMount,
  now: Us,
  { request, file }: { readonly request: string; readonly file: FenceFile },
): string | undefined {
  const h = withFile(m, request, file);
  if (h === undefined) return undefined;
  const fence = fenceOf(m, h);
  const text: Record<FenceFile, string> = {
    elapsed_secs: String(Math.floor(Math.max(0, now - fence.startedAt) / US_PER_SEC)),
    fenced: fence.fenced ? "1" : "0",
    error: fence.error ? "1" : "0",
    ipv4_addr: ipText(hostOf(fence.address)),
    reason: fence.reason,
    rid: ridText(fence.rid),
  };
  return text[file];
}

/** A write begins: whoever calls this starts `fenced_store` or `error_store` on the mount, with
 *  the handle and the same writer. Undefined when the file is not there. */
export function openStore(
  m: FenceMount,
  writer: MountId,
  { request, file }: { readonly request: string; readonly file: StoreFile },
): FenceHandle | undefined {
  const h = withFile(m, request, file);
  if (h !== undefined) fenceOf(m, h).dir.stores.push(writer);
  return h;
}

export const isStoring = (m: FenceMount, h: FenceHandle, writer: MountId): boolean =>
  lookup(m.fence.fences, h)?.dir.stores.includes(writer) ?? false;
