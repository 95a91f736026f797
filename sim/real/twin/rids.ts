// Gives every mount of a recording a rid that sorts as the real one did: recovery walks mounts by
// rid. The driver's marks tell the real rids, and the name of a mount that nobody marked is the
// first six digits of its own. A mount without either sorts before all others.

import type { Recording } from "../types.ts";

const HEX_DIGITS = 16;

/** By mount number; all greater than 0. */
export function ridsInOrder(r: Recording): number[] {
  const real = realRids(r);
  const order = r.mounts.map((_, mount) => mount);
  order.sort((a, b) => compare(real[a], real[b]) || a - b);
  const rids = new Array<number>(r.mounts.length).fill(0);
  order.forEach((mount, i) => {
    rids[mount] = i + 1;
  });
  return rids;
}

const compare = (a = "", b = ""): number => (a < b ? -1 : a > b ? 1 : 0);

/** The marks name the rids of mount 2 one after another, as `m2`, `m2.b`, `m2.c` follow. */
function realRids(r: Recording): (string | undefined)[] {
  const said = new Map<number, string[]>();
  for (const { kind, data } of r.entries) {
    if (kind !== "tracing_mark_write") continue;
    const mark = String((data as { readonly mark?: unknown }).mark);
    const [, number, rid] = /^rid mount (\d+) rid ([0-9a-f]{16})/.exec(mark) ?? [];
    if (rid === undefined) continue;
    const known = said.get(Number(number)) ?? [];
    if (!known.includes(rid)) said.set(Number(number), [...known, rid]);
  }
  return r.mounts.map(({ name, slot }) => {
    if (/^[0-9a-f]{6}$/.test(name)) return name.padEnd(HEX_DIGITS, "0");
    const letter = /\.(.)$/.exec(name)?.[1];
    const which = letter === undefined ? 0 : letter.charCodeAt(0) - "a".charCodeAt(0);
    return said.get(slot)?.[which];
  });
}
