// The inodes that this mount has in its cache, a group for each 1024 numbers. Mirrors
// scoutfs_omap_calc_group_nrs, _set, _test and _clear of omap.c. Setting and clearing race there by
// way of groups that are dead and still found; whoever meets one looks again, so here each of them
// is one region. A group is freed with its last bit; there that happens a grace period later.

import type { Out } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";
import type { OmapApi, OmapGroup } from "./types.ts";

/** SCOUTFS_OPEN_INO_MAP_BITS. */
const MAP_BITS = 1024;
/** What `total` of a dead group is: the tracepoints print it. */
const UINT_MAX = 4_294_967_295;
const NO_BIT = -1;

export function calcGroupNrs(ino: number): { readonly groupNr: number; readonly bitNr: number } {
  return { groupNr: Math.floor(ino / MAP_BITS), bitNr: ino % MAP_BITS };
}

export const groupOf = (m: Mount, nr: number): OmapGroup | undefined =>
  m.omap.groups.find((group) => group.nr === nr);

export const mergeBits = (a: readonly number[], b: readonly number[]): number[] =>
  [...new Set([...a, ...b])].sort((x, y) => x - y);

type What = "alloc" | "free" | "inc" | "dec" | "request";
export function traceGroup(
  out: Out<Scoutfs>,
  what: What,
  { nr, total, bit = NO_BIT }: { nr: number; total: number; bit?: number },
): void {
  out.emit({ kind: `omap_group_${what}`, group_nr: nr, group_total: total, bit_nr: bit });
}

export const omapApi: OmapApi<Scoutfs> = {
  omapSet(m, out, ino) {
    const { groupNr: nr, bitNr: bit } = calcGroupNrs(ino);
    let group = groupOf(m, nr);
    if (group === undefined) {
      group = { nr, bits: [] };
      traceGroup(out, "alloc", { nr, total: 0 });
      m.omap.groups.push(group);
      m.omap.groups.sort((a, b) => a.nr - b.nr);
    }
    const wasSet = group.bits.includes(bit);
    if (wasSet) out.note("WARN an open map bit is set twice");
    else group.bits = mergeBits(group.bits, [bit]);
    traceGroup(out, "inc", { nr, total: group.bits.length, bit });
    return wasSet ? "EEXIST" : undefined;
  },
  omapTest(m, ino) {
    const { groupNr, bitNr } = calcGroupNrs(ino);
    return groupOf(m, groupNr)?.bits.includes(bitNr) ?? false;
  },
  omapClear(m, out, ino) {
    const { groupNr: nr, bitNr: bit } = calcGroupNrs(ino);
    const group = groupOf(m, nr);
    if (group === undefined || !group.bits.includes(bit)) {
      out.note("WARN an open map bit is cleared that is not set");
      return;
    }
    group.bits = group.bits.filter((other) => other !== bit);
    const isLast = group.bits.length === 0;
    traceGroup(out, "dec", { nr, total: isLast ? UINT_MAX : group.bits.length, bit });
    if (!isLast) return;
    m.omap.groups = m.omap.groups.filter((other) => other !== group);
    traceGroup(out, "free", { nr, total: UINT_MAX });
  },
};
