// Integer mixing for fingerprints and the rolling hash of a run: two 32-bit lanes, so that two
// different states or runs meet with a chance of about 2^-64. Equal data gives equal hashes in
// every process and on every Node version: nothing here depends on addresses or seeds.

/** One round of a 32-bit mixer: every input bit reaches every output bit. */
export function mix(h: number, v: number): number {
  let x = Math.imul(h ^ v, 0x9e3779b1);
  x ^= x >>> 15;
  x = Math.imul(x, 0x85ebca77);
  return x ^ (x >>> 13);
}

interface TwoHashes {
  readonly a: number;
  readonly b: number;
}

const strings = new Map<string, TwoHashes>();
const STRINGS_BOUND = 200_000;

/** FNV-1a from two starts, remembered: the same few hundred names are hashed millions of times. */
function hashesOf(s: string): TwoHashes {
  const known = strings.get(s);
  if (known !== undefined) return known;
  let a = 0x811c9dc5;
  let b = 0x2f0b4c47;
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i);
    a = Math.imul(a ^ c, 0x01000193);
    b = Math.imul(b ^ c, 0x5bd1e995);
  }
  const both = { a: mix(a, s.length), b: mix(b, ~s.length) };
  if (strings.size >= STRINGS_BOUND) strings.clear();
  strings.set(s, both);
  return both;
}

export const hashString = (s: string): number => hashesOf(s).a;

const HIGH = 4294967296;
const NULLISH = 0x6e756c6c;

/** Two lanes that values are poured into. */
export class Hasher {
  a = 0x243f6a88;
  b = 0x85a308d3;
  /** Set when a time was hashed relative to `now`: the hash then holds for this moment only. */
  sawTime = false;
  now = 0;

  reset(now: number): void {
    this.a = 0x243f6a88;
    this.b = 0x85a308d3;
    this.sawTime = false;
    this.now = now;
  }

  word(v: number): void {
    this.a = mix(this.a, v);
    this.b = mix(this.b, v ^ 0x5bd1e995);
  }

  string(s: string): void {
    const { a, b } = hashesOf(s);
    this.a = mix(this.a, a);
    this.b = mix(this.b, b);
  }

  number(v: number): void {
    if ((v | 0) === v) this.word(v);
    else {
      this.word((v % HIGH) | 0);
      this.word(Math.trunc(v / HIGH) ^ 0x2545f491);
    }
  }

  /** Any plain data. A property whose name ends in `At` is a time and is taken relative to now. */
  value(v: unknown): void {
    switch (typeof v) {
      case "number":
        return this.number(v);
      case "string":
        return this.string(v);
      case "boolean":
        return this.word(v ? 0x74 : 0x66);
      case "undefined":
        return this.word(NULLISH);
      case "object":
        return v === null ? this.word(NULLISH + 1) : this.object(v);
      default:
        throw new Error(`state must be plain data, found a ${typeof v}: keep functions out of it`);
    }
  }

  private object(v: object): void {
    if (Array.isArray(v)) {
      this.word(0x61 + v.length);
      for (let i = 0; i < v.length; i++) this.value(v[i]);
    } else if (v instanceof Map) {
      this.word(0x4d + v.size);
      for (const [key, value] of v) {
        this.value(key);
        this.value(value);
      }
    } else if (v instanceof Set) {
      this.word(0x53 + v.size);
      for (const key of v) this.value(key);
    } else {
      this.record(v as Record<string, unknown>);
    }
  }

  private record(v: Record<string, unknown>): void {
    const keys = Object.keys(v);
    this.word(0x7b + keys.length);
    for (const key of keys) {
      const value = v[key];
      this.string(key);
      if (typeof value === "number" && isTime(key)) {
        this.sawTime = true;
        this.number(value - this.now);
      } else this.value(value);
    }
  }
}

const times = new Map<string, boolean>();
function isTime(key: string): boolean {
  let is = times.get(key);
  if (is === undefined) {
    is = key.endsWith("At");
    times.set(key, is);
  }
  return is;
}

/** The first lane of what a Hasher at time 0 makes of the data, and half the work: the rolling hash
 *  takes in every record of every run, and no more than this of each. */
export const hashRecord = (data: unknown): number => lane(0x243f6a88, data);

/** The same for records that mostly have the same keys in the same order, such as those of one
 *  kind: it remembers the hashes of the first one's keys, which cost more than the rest. */
export class RecordHasher {
  private keys: readonly string[] | undefined;
  private hashes: readonly number[] = [];

  hash(data: object): number {
    const keys = Object.keys(data);
    const known = this.keys ?? this.meet(keys);
    const { hashes } = this;
    if (keys.length !== known.length) return hashRecord(data);
    let h = mix(0x243f6a88, 0x7b + keys.length);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string;
      if (key !== known[i]) return hashRecord(data);
      h = lane(mix(h, hashes[i] as number), (data as Record<string, unknown>)[key]);
    }
    return h;
  }

  private meet(keys: readonly string[]): readonly string[] {
    this.keys = keys;
    this.hashes = keys.map(hashString);
    return keys;
  }
}

function lane(h: number, v: unknown): number {
  switch (typeof v) {
    case "number":
      return (v | 0) === v
        ? mix(h, v)
        : mix(mix(h, (v % HIGH) | 0), Math.trunc(v / HIGH) ^ 0x2545f491);
    case "string":
      return mix(h, hashesOf(v).a);
    case "object":
      return v === null ? mix(h, NULLISH + 1) : laneOfObject(h, v);
    case "undefined":
      return mix(h, NULLISH);
    case "boolean":
      return mix(h, v ? 0x74 : 0x66);
    default:
      throw new Error(`a record must be plain data, found a ${typeof v}: keep functions out of it`);
  }
}

function laneOfObject(first: number, v: object): number {
  let h = first;
  if (Array.isArray(v)) {
    h = mix(h, 0x61 + v.length);
    for (let i = 0; i < v.length; i++) h = lane(h, v[i]);
  } else if (v instanceof Map) {
    h = mix(h, 0x4d + v.size);
    for (const [key, value] of v) h = lane(lane(h, key), value);
  } else if (v instanceof Set) {
    h = mix(h, 0x53 + v.size);
    for (const key of v) h = lane(h, key);
  } else {
    const keys = Object.keys(v);
    h = mix(h, 0x7b + keys.length);
    for (const key of keys) {
      h = lane(mix(h, hashesOf(key).a), (v as Record<string, unknown>)[key]);
    }
  }
  return h;
}

/** Both lanes as 16 hexadecimal digits. */
export const hex = (a: number, b: number): string =>
  (a >>> 0).toString(16).padStart(8, "0") + (b >>> 0).toString(16).padStart(8, "0");
