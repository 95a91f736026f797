// A tracepoint's format as one line, read and printed from the same description. `{field}` is a
// number, `{field:mode}` a name for one, `{field:rid}` a mount; a field that begins with "_" is not
// kept, and what follows its colon is printed where nothing else is known.

import { type EnumName, enums } from "./values.ts";

export type Values = Record<string, unknown>;

/** Mounts are names in an event and 64-bit numbers in a trace. */
export interface Rids {
  /** From sixteen hexadecimal digits, or the first six of them. */
  nameOf(hex: string): string;
  hexOf(rid: number): string;
}

export interface Template {
  /** Puts the fields into the values; false when the text has another format. */
  parse(text: string, rids: Rids, into: Values): boolean;
  print(values: Values, rids: Rids): string;
}

interface Slot {
  readonly field: string;
  readonly codec: string;
}

const HEX_DIGITS = 16;
export const hexOfDecimal = (decimal: string): string =>
  BigInt(decimal).toString(16).padStart(HEX_DIGITS, "0");

const NANO_DIGITS = 9;
function secondsOf(nanoseconds: string): number {
  const digits = nanoseconds.padStart(NANO_DIGITS + 1, "0");
  return Number(`${digits.slice(0, -NANO_DIGITS)}.${digits.slice(-NANO_DIGITS)}`);
}

function read(codec: string, text: string, rids: Rids): unknown {
  switch (codec) {
    case "":
      return Number(text);
    case "text":
      return text;
    case "rid":
      return rids.nameOf(text);
    case "decimalRid":
      return text === "0" ? 0 : rids.nameOf(hexOfDecimal(text));
    case "pointer":
      return !/^0*$/.test(text);
    case "response":
      return Number(text) & 1;
    case "seconds":
      return secondsOf(text);
    case "hex":
      return Number(text);
    default:
      return enums[codec as EnumName].name(text);
  }
}

function printed(codec: string, value: unknown, rids: Rids): string {
  switch (codec) {
    case "":
    case "text":
      return String(value ?? 0);
    case "rid":
      return rids.hexOf(Number(value));
    case "decimalRid":
      return value === 0 ? "0" : String(BigInt(`0x${rids.hexOf(Number(value))}`));
    case "pointer":
      return value === true ? "00000000000000c1" : "0000000000000000";
    case "response":
    case "hex":
      return `0x${Number(value ?? 0).toString(16)}`;
    case "seconds":
      return String(BigInt(Math.max(0, Number(value))) * 1000n);
    default:
      return String(enums[codec as EnumName].number(value));
  }
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

export function templateOf(format: string): Template {
  const slots: Slot[] = [];
  const literals: string[] = [];
  let end = 0;
  for (const m of format.matchAll(/\{(\w+)(?::([\w.]*))?\}/g)) {
    literals.push(format.slice(end, m.index));
    slots.push({ field: m[1] ?? "", codec: m[2] ?? "" });
    end = m.index + m[0].length;
  }
  const tail = format.slice(end);
  const kept = slots.map(({ field }) => !field.startsWith("_"));
  const pattern = new RegExp(`^${literals.map(escaped).join("(\\S*)")}(\\S*)${escaped(tail)}`);
  return {
    parse(text, rids, into) {
      const found = pattern.exec(text);
      if (found === null) return false;
      for (let i = 0; i < slots.length; i++) {
        const { field, codec } = slots[i] as Slot;
        if (kept[i]) into[field] = read(codec, found[i + 1] ?? "", rids);
      }
      return true;
    },
    print(values, rids) {
      const parts = slots.map(({ field, codec }, i) => {
        const text = field.startsWith("_")
          ? String(values[field] ?? codec)
          : printed(codec, values[field], rids);
        return `${literals[i]}${text}`;
      });
      return parts.join("") + tail;
    },
  };
}
