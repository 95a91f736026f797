// What a fence agent sees and does on its host: sysfs with the directories of the mounts there and
// their fence requests, findmnt, umount -f, and a power controller. Each call is one look at the
// world of that moment; it holds no world, for clones share it.

import type { MountId, Out } from "../../../src/core/index.ts";
import {
  fenceDirs,
  hostOfIp,
  isStoring,
  openStore,
  readFenceFile,
  ridText,
} from "../../../src/fence/api.ts";
import type { FenceFile } from "../../../src/fence/types.ts";
import type { HostApi, SysfsApi } from "../../../src/fenced/types.ts";
import { planAt, start } from "../../engine/build.ts";
import { wakeQueue } from "../../engine/kernel/tasks.ts";
import { worldOf } from "../../engine/kernel/verbs.ts";
import type { Cluster, ClusterWorld, Slot } from "./types.ts";

/** How the directory of a mount is called: it ends in the rid, so a remount has another. */
export const dirName = (slot: Slot): string => `f.1.r.${ridText(slot.rid)}`;
const mountPoint = (slot: Slot): string => `/mnt/${slot.device}`;
const POWER_DELAY_US = 1;

/** The slots on the agent's host, in the order in which they came. */
function* slotsHere(out: Out<Cluster>): Generator<readonly [id: number, slot: Slot]> {
  const w = worldOf(out);
  const { host } = w.peekMount(out.mount);
  for (let id = 0; id < w.mountCount; id++) {
    const m = w.peekMount(id);
    if (m.alive && m.host === host) yield [id, m.state.slot];
  }
}

/** The first of them for which it holds. */
function findHere(out: Out<Cluster>, isIt: (s: Slot) => boolean): number | undefined {
  for (const [id, slot] of slotsHere(out)) if (isIt(slot)) return id;
  return undefined;
}

const ownerOf = (out: Out<Cluster>, name: string): number | undefined =>
  findHere(out, (s) => s.inSysfs && dirName(s) === name);

export const sysfs: SysfsApi<Cluster> = {
  mounts(out) {
    const names: string[] = [];
    for (const [, slot] of slotsHere(out)) if (slot.inSysfs) names.push(dirName(slot));
    return names.sort((a, b) => (a < b ? -1 : 1));
  },
  requests(out, mount) {
    const id = ownerOf(out, mount);
    return id === undefined ? [] : fenceDirs(worldOf(out).peekMount(id).state);
  },
  isDir(out, dir) {
    const id = ownerOf(out, dir.mount);
    if (id === undefined || dir.request === undefined) return id !== undefined;
    return fenceDirs(worldOf(out).peekMount(id).state).includes(dir.request);
  },
  read(out, dir, file) {
    const id = ownerOf(out, dir.mount);
    if (id === undefined) return undefined;
    const { state } = worldOf(out).peekMount(id);
    if (dir.request !== undefined) {
      return readFenceFile(state, out.now, { request: dir.request, file: file as FenceFile });
    }
    return file === "rid" ? ridText(state.slot.rid) : state.slot.device;
  },
  write(out, dir, file) {
    const id = ownerOf(out, dir.mount);
    if (id === undefined || dir.request === undefined) return undefined;
    const w = worldOf(out);
    const fence = openStore(w.mount(id).state, out.mount, { request: dir.request, file });
    if (fence === undefined) return undefined;
    start(w, id, `${file}_store`, { fence, writer: out.mount });
    return { mount: id as MountId, fence };
  },
  isolate(out, { mount }) {
    const id = ownerOf(out, mount);
    if (id !== undefined) start(worldOf(out), id, "scoutfs_umount_begin");
  },
  isStoring: (out, { mount, fence }) =>
    isStoring(worldOf(out).peekMount(mount).state, fence, out.mount),
};

export const hostApi: HostApi<Cluster> = {
  findMount(out, device) {
    const id = findHere(out, (s) => s.mounted && s.device === device);
    return id === undefined ? "" : `/mnt/${device}`;
  },
  forceUmount(out, target) {
    const id = findHere(out, (s) => s.mounted && mountPoint(s) === target);
    if (id === undefined) return false;
    const w = worldOf(out);
    w.mount(id).state.slot.umount = "running";
    start(w, id, "umount", { force: true, agent: out.mount });
    return true;
  },
  /** Of the last that was there: those that were unmounted from there before are remembered too. */
  umountState(out, target) {
    let state: Exclude<Slot["umount"], "none"> = "failed";
    for (const [, slot] of slotsHere(out)) {
      if (mountPoint(slot) === target && slot.umount !== "none") state = slot.umount;
    }
    return state;
  },
  cutPower(out, ip) {
    const host = hostOfIp(ip);
    if (host === undefined) return false;
    planAt(worldOf(out), POWER_DELAY_US, { do: "power-off", host } as never);
    return true;
  },
  isOff(out, ip) {
    const host = hostOfIp(ip);
    return host !== undefined && !worldOf(out).peekHost(host).up;
  },
};

/** A store or an umount that the agent waits for has ended. */
export function tellAgent(w: ClusterWorld, agent: number): void {
  if (w.peekMount(agent).alive) wakeQueue(w, agent, "fenced.waitq");
}
