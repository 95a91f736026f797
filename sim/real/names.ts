// Turns the names of a recording into the numbers of a trace. A recording calls mount 2 `m2` and
// its later incarnations `m2.b`, `m2.c`; a mount that nobody had named yet goes by its rid, in full
// or by its first six digits. Every incarnation is a mount of its own here, numbered as it is first
// met, and its rid becomes that number plus one: real rids need 64 bits, and 0 means none.

import type { MountName } from "./types.ts";

const named = /^m(\d+)(?:\..+)?$/;
const hexRid = /^[0-9a-f]{6,16}$/;

export class Names {
  private readonly indexOf = new Map<string, number>();
  readonly mounts: MountName[] = [];

  /** -1 for what names no mount. */
  mount(name: unknown): number {
    if (typeof name !== "string") return -1;
    const known = this.indexOf.get(name);
    return known ?? this.meet(name);
  }

  /** 0 for what names no mount. */
  rid(name: unknown): number {
    return this.mount(name) + 1;
  }

  private meet(name: string): number {
    const slot = named.exec(name)?.[1];
    if (slot === undefined && !hexRid.test(name)) return -1;
    const short = slot === undefined ? name.slice(0, 6) : name;
    const index = this.indexOf.get(short) ?? this.mounts.length;
    if (index === this.mounts.length) {
      this.mounts.push({ name: short, slot: slot === undefined ? -1 : Number(slot) });
    }
    this.indexOf.set(short, index);
    this.indexOf.set(name, index);
    return index;
  }
}
