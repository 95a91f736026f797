// The files of a mount in debugfs, with the fields and the layout of the show functions of lock.c,
// lock_server.c and net.c. Entries stand in the order of keys and connections: the real files have
// them in the order in which they came, which the model does not keep. What it does not have (the
// size of a message, server_lock_stats) is `-` or left out.

import { each, hostOf, portOf, type Rid } from "../../../src/core/index.ts";
import { ipText, ridText } from "../../../src/fence/api.ts";
import type { Lock, LockMode } from "../../../src/lock/types.ts";
import type { ClientLockEntry } from "../../../src/lock-server/types.ts";
import { netErrors } from "../../../src/net/records.ts";
import type { Cmd, Connection, MessageSend, NetMessage } from "../../../src/net/types.ts";
import type { ClusterWorld } from "../world/types.ts";
import { keyText } from "./keys.ts";

/** SCOUTFS_LOCK_*. */
const MODES: readonly LockMode[] = ["null", "read", "write", "write_only"];
/** SCOUTFS_NET_CMD_* in their order. */
const COMMANDS: readonly Cmd[] = [
  ...(["GREETING", "ALLOC_INODES", "GET_LOG_TREES", "COMMIT_LOG_TREES"] as const),
  ...(["SYNC_LOG_TREES", "GET_ROOTS", "GET_LAST_SEQ", "LOCK", "LOCK_RECOVER"] as const),
  ...(["SRCH_GET_COMPACT", "SRCH_COMMIT_COMPACT", "GET_LOG_MERGE", "COMMIT_LOG_MERGE"] as const),
  ...(["OPEN_INO_MAP", "GET_VOLOPT", "SET_VOLOPT", "CLEAR_VOLOPT"] as const),
  ...(["RESIZE_DEVICES", "STATFS", "FAREWELL"] as const),
];
const US_PER_MS = 1000;

export function clientLocks(w: ClusterWorld, id: number): string[] {
  return [...each(w.peekMount(id).state.lock.locks)]
    .map(([, lock]) => lock)
    .sort((a, b) => a.start - b.start)
    .map(clientLock);
}

function clientLock({ start, end, refreshGen, mode, waiters, users }: Lock): string {
  const range = `start ${keyText(start, "start")} end ${keyText(end, endSide(start, end))}`;
  const counts = (c: Lock["users"]) => `rd ${c.read} wr ${c.write} wo ${c.write_only}`;
  const [waits, uses] = [counts(waiters), counts(users)];
  const number = MODES.indexOf(mode);
  return `${range} refresh_gen ${refreshGen} mode ${number} waiters: ${waits} users: ${uses}`;
}

/** The lock of a single key ends where it starts. */
const endSide = (start: number, end: number): "start" | "end" => (start === end ? "start" : "end");

export function serverLocks(w: ClusterWorld, id: number): string[] {
  return w.peekMount(id).state.lockServer.locks.flatMap((lock) => {
    const key = keyText(lock.key, "start");
    const line = (list: string) => (e: ClientLockEntry) =>
      `${key} ${e.mode} ${list} rid ${ridText(e.rid)} net_id ${e.netId}`;
    return [
      ...lock.granted.map(line("granted")),
      ...lock.requested.map(line("requested")),
      ...lock.invalidated.map(line("invalidated")),
    ];
  });
}

export function connections(w: ClusterWorld, id: number): string[] {
  return [...each(w.peekMount(id).state.net.conns)].map(([, c]) => {
    const bit = (is: boolean): number => (is ? 1 : 0);
    const f = c.flags;
    return [
      `name ${nameOf(w, id, c)} peer ${addressText(c.peer)}`,
      `rid ${ridText(c.rid)} greeting_id ${c.greetingId}`,
      `vg ${bit(f.validGreeting)} est ${bit(f.established)} sd ${bit(f.shuttingDown)}`,
      `sg ${bit(f.sawGreeting)} sf ${bit(f.sawFarewell)}`,
      `rw ${bit(f.reconnWait)} rf ${bit(f.reconnFreeing)}`,
      `cto_ms rdl_j ${Math.floor(c.connectTimeout / US_PER_MS)} ${jiffies(c.reconnDeadlineAt)}`,
      `nss ${c.nextSendSeq} rs ${c.recvSeq} nsi ${c.nextSendId}`,
    ].join(" ");
  });
}

/** A jiffy is a millisecond. */
const jiffies = (at: number): number => Math.floor(at / US_PER_MS);

function nameOf(w: ClusterWorld, id: number, c: Connection): string {
  const { sockets, host } = w.peekMount(id);
  const port = c.sock === undefined ? undefined : sockets[c.sock]?.port;
  return port === undefined ? addressText(undefined) : `${ipText(host as never)}:${port}`;
}

const addressText = (a: Connection["peer"]): string =>
  a === undefined ? "0.0.0.0:0" : `${ipText(hostOf(a))}:${portOf(a)}`;

/** What is queued to be sent, then what was received and is not processed yet. */
export function messages(w: ClusterWorld, id: number): string[] {
  const { conns, received } = w.peekMount(id).state.net;
  const sends = [...each(conns)].flatMap(([, c]) => [...c.resendQueue, ...c.sendQueue]);
  return [
    ...sends.map((m) => `send ${header(m)}`),
    ...[...each(received)].map(([, { message }]) => `recv ${header(message)}`),
  ];
}

function header({ seq, recvSeq, id, cmd, response, error }: NetMessage | MessageSend): string {
  const number = COMMANDS.indexOf(cmd);
  const code = error === undefined ? 0 : (netErrors.get(error) ?? 0);
  const flags = response ? "0x1" : "0x0";
  const ids = `seq ${seq} recv_seq ${recvSeq} id ${id}`;
  return `${ids} data_len - cmd ${number} flags ${flags} error ${code}`;
}

export const ridOf = (w: ClusterWorld, id: number): Rid => w.peekMount(id).state.slot.rid;
