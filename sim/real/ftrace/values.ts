// Values as tracepoints print them and as events of a recording have them, both ways: numbers of
// enums against their names, and the words that stand for a lock in a batch of lock recovery.

const modeNames = ["null", "read", "write", "write_only"];
const typeNames = ["REQUEST_VOTE", "VOTE", "HEARTBEAT", "RESIGNATION"];
const roleNames = ["follower", "candidate", "leader"];
const eventNames = ["BEGIN", "TERM", "ELECT", "FENCE", "STOP", "END"];
const reasonNames = ["CLIENT_RECOVERY", "CLIENT_RECONNECT", "QUORUM_BLOCK_LEADER"];
const commandNames = [
  ...["GREETING", "ALLOC_INODES", "GET_LOG_TREES", "COMMIT_LOG_TREES", "SYNC_LOG_TREES"],
  ...["GET_ROOTS", "GET_LAST_SEQ", "LOCK", "LOCK_RECOVER", "SRCH_GET_COMPACT"],
  ...["SRCH_COMMIT_COMPACT", "GET_LOG_MERGE", "COMMIT_LOG_MERGE", "OPEN_INO_MAP", "GET_VOLOPT"],
  ...["SET_VOLOPT", "CLEAR_VOLOPT", "RESIZE_DEVICES", "STATFS", "FAREWELL"],
];

export interface Enum {
  name(text: string): unknown;
  /** -1 for a name that is none. */
  number(name: unknown): number;
}

const enumOf = (names: readonly string[]): Enum => ({
  name: (text) => names[Number(text)] ?? Number(text),
  number: (name) => names.indexOf(String(name).toUpperCase()),
});
const lower = (names: readonly string[]): Enum => ({
  name: (text) => names[Number(text)] ?? Number(text),
  number: (name) => names.indexOf(String(name)),
});

export const enums = {
  mode: lower(modeNames),
  type: enumOf(typeNames),
  role: lower(roleNames),
  event: enumOf(eventNames),
  reason: enumOf(reasonNames),
  cmd: enumOf(commandNames),
} as const;
export type EnumName = keyof typeof enums;

/** A lock of a batch: four words of key, the write seq, both modes. */
const WORDS = 6;
/** What one probe shows of a batch. */
export const MOST_LOCKS = 10;
const ZERO_KEY = "0.0.0.0.0.0";

export interface RecoveredLock {
  readonly key: string;
  readonly wseq: number;
  readonly old: unknown;
  readonly new: unknown;
}

const byte = (word: bigint, n: number): bigint => (word >> BigInt(8 * n)) & 0xffn;

/** `{0x0,0x0,0x0,0x40400,0xb,0x303,...}`. */
export function locksIn(text: string, count: number): RecoveredLock[] {
  const words = text.replace(/[{}]/g, "").split(",");
  const locks: RecoveredLock[] = [];
  for (let at = 0; locks.length < count && at + WORDS <= words.length; at += WORDS) {
    const [k1 = 0n, k2 = 0n, k3 = 0n, more = 0n, wseq = 0n, modes = 0n] = words
      .slice(at, at + WORDS)
      .map(BigInt);
    const key = [byte(more, 1), k1, byte(more, 2), k2, k3, byte(more, 0)].join(".");
    const [old, next] = [0, 1].map((n) => enums.mode.name(String(byte(modes, n))));
    locks.push({ key, wseq: Number(wseq), old, new: next });
  }
  return locks;
}

/** What `locksIn` reads; always as many words as a probe prints. */
export function wordsOf(locks: readonly RecoveredLock[]): string {
  const words = locks.slice(0, MOST_LOCKS).flatMap(({ key, wseq, old, new: next }) => {
    const [zone = 0n, k1 = 0n, type = 0n, k2 = 0n, k3 = 0n, k4 = 0n] = key.split(".").map(BigInt);
    const modes = BigInt(enums.mode.number(old)) | (BigInt(enums.mode.number(next)) << 8n);
    return [k1, k2, k3, k4 | (zone << 8n) | (type << 16n), BigInt(wseq), modes];
  });
  const all = Array.from({ length: MOST_LOCKS * WORDS }, (_, n) => words[n] ?? 0n);
  return `{${all.map((word) => `0x${word.toString(16)}`).join(",")}}`;
}

/** Ports stand in network order in what a probe prints. */
export const swapPort = (port: number): number => ((port & 0xff) << 8) | (port >> 8);

const INODES = 1023n;
const MAX = 0xffff_ffff_ffff_ffffn;

/** The end of a lock's range, which the model does not print. */
export function rangeEnd(key: string): string {
  const [zone = "0", first = "0"] = (key === "" ? ZERO_KEY : key).split(".");
  return `${zone}.${BigInt(first) + INODES}.255.${MAX}.${MAX}.255`;
}

const errors: Readonly<Record<string, number>> = {
  ENOENT: 2,
  EIO: 5,
  EBUSY: 16,
  EEXIST: 17,
  EINVAL: 22,
  ENOLINK: 67,
  ENOTCONN: 107,
  ESHUTDOWN: 108,
  ETIMEDOUT: 110,
  ECONNREFUSED: 111,
};

/** A result as the kernel prints it: the model has names of errors. */
export function resultOf(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  return value === undefined ? 0 : -(errors[String(value)] ?? 1);
}
