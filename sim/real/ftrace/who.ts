// Which mount is which in a trace: a driver that marks rids gives them names (`rid mount 2 rid R`:
// R is `m2`, and what it marks later is `m2.b`, `m2.c`); without it a mount goes by its rid, in
// full where the trace has it, else by its first six digits.

import type { Rids } from "./template.ts";

const HEX_DIGITS = 16;
const SHORT = 6;
const FIRST_LETTER = 97;
const mark = /rid mount (\d+) rid ([0-9a-f]{1,16})/g;

export class Who implements Rids {
  private readonly names = new Map<string, string>();

  /** The driver speaks when a mount is there, so its marks are read before all else. */
  learn(text: string): void {
    for (const [, n = "", digits = ""] of text.matchAll(mark)) {
      const rid = digits.padStart(HEX_DIGITS, "0");
      if (this.names.has(rid)) continue;
      const before = [...this.names.values()].filter((name) => isOf(name, n)).length / 2;
      const letter = String.fromCharCode(FIRST_LETTER + before);
      const name = before === 0 ? `m${n}` : `m${n}.${letter}`;
      this.names.set(rid, name);
      this.names.set(rid.slice(0, SHORT), name);
    }
  }

  nameOf(hex: string): string {
    return this.names.get(hex) ?? hex;
  }

  hexOf(): string {
    throw new Error("a reader prints nothing");
  }
}

const isOf = (name: string, n: string): boolean => name === `m${n}` || name.startsWith(`m${n}.`);
