// OMP1: no inode in use on a live mount is deleted. In use is what a mount has in its inode cache,
// which it shows to others as a bit in its open map; the mount that deletes counts too. A mount is
// live until it dies, is unmounted by force or is reclaimed: from then on its files are nobody's.
// An open that was under way when it was given up may still end, and puts no inode in use.

import { fieldsOf, kindOf, wanted } from "./entries.ts";
import type { EntryMonitor } from "./types.ts";

interface State {
  /** Of mounts that are live, by their rid. */
  mounts: Record<number, number>;
  /** By mount, the numbers of its inodes. */
  used: Record<number, number[]>;
  /** Mounts that have died, were given up or reclaimed. */
  gone: Record<number, true>;
}
/** Fields that no other monitor reads. */
interface Inode {
  readonly group_nr?: number;
  readonly bit_nr?: number;
  readonly ino?: number;
}

/** SCOUTFS_OPEN_INO_MAP_BITS. */
const GROUP = 1024;
const inoOf = ({ group_nr = 0, bit_nr = 0 }: Inode): number => group_nr * GROUP + bit_nr;

function letGo(s: State, mount: number | undefined): void {
  if (mount === undefined) return;
  s.gone[mount] = true;
  delete s.used[mount];
}

export const omp1: EntryMonitor<State> = {
  promise: "OMP1",
  wants: wanted(
    ...["incarnation", "omap_group_inc", "omap_group_dec", "delete_inode_end"],
    ...["dead", "umount_begin_forced", "reclaim_rid"],
  ),
  start: () => ({ mounts: {}, used: {}, gone: {} }),
  on(entry, s, judge) {
    const { mount } = entry;
    const f = fieldsOf(entry);
    const inode = entry.data as Inode;
    switch (kindOf(entry)) {
      case "incarnation":
        if (f.rid !== undefined) s.mounts[f.rid] = mount;
        break;
      case "omap_group_inc":
        if (s.gone[mount] !== true) s.used[mount] = [...(s.used[mount] ?? []), inoOf(inode)];
        break;
      case "omap_group_dec":
        s.used[mount] = (s.used[mount] ?? []).filter((ino) => ino !== inoOf(inode));
        break;
      case "reclaim_rid":
        letGo(s, s.mounts[f.rid ?? 0]);
        delete s.mounts[f.rid ?? 0];
        break;
      case "delete_inode_end": {
        if (f.ret !== 0) break; // its items are still there
        const users = Object.keys(s.used).filter((id) =>
          s.used[Number(id)]?.includes(inode.ino ?? 0),
        );
        if (users.length === 0) break;
        const where = `mount${users.length > 1 ? "s" : ""} ${users.join(", ")}`;
        judge.violate(`inode ${inode.ino}`, `mount ${mount} deletes it while ${where} use it`);
        break;
      }
      default: // it dies, or is given up
        letGo(s, mount);
    }
  },
};
