// A server with two clients, what they say of locks and what they hear; the connections have no
// sockets.

import type { LockKey, LockMode } from "../../../src/lock/types.ts";
import type { ConnHandle } from "../../../src/net/types.ts";
import {
  accepted,
  becomes,
  call,
  elect,
  request,
  sentTo,
  serverWorld,
  stateOf,
  type WholeWorld,
} from "../server/world.ts";

export const A = 40;
export const B = 50;
export const KEY = 8 as LockKey;
export let w: WholeWorld;
export let conns: Record<number, ConnHandle>;

export function fresh(): void {
  w = serverWorld();
}
export function started(): void {
  elect(w, 3);
  if (!becomes(w, "UP")) throw new Error("the server does not come up");
  conns = { [A]: accepted(w, A), [B]: accepted(w, B) };
}

export const connOf = (rid: number): ConnHandle => ({ ...(conns[rid] as ConnHandle) });
export const net = (newMode: LockMode, oldMode: LockMode = "null", key = KEY, writeSeq = 0) => ({
  key,
  writeSeq,
  oldMode,
  newMode,
});
export function ask(rid: number, mode: LockMode, key = KEY): void {
  const data = net(mode, "null", key);
  request(w, connOf(rid), { name: "server_lock", cmd: "LOCK", data });
  w.runFor(1000);
}
export function answer(rid: number, from: LockMode, to: LockMode): void {
  const args = { data: net(to, from), error: undefined, respData: undefined };
  call(w, "lock_response", { conn: connOf(rid), ...args });
  w.runFor(1000);
}
export function recover(rid: number, ...locks: readonly object[]): void {
  const args = { data: { locks }, error: undefined, respData: undefined };
  call(w, "lock_recover_response", { conn: connOf(rid), ...args });
  w.runFor(1000);
}
/** What a client was sent of locks: `grant null>read`, `invalidate write>null`. */
export const heard = (rid: number): string[] =>
  sentTo(w, connOf(rid)).flatMap(({ cmd, response, data }) => {
    const { oldMode, newMode } = data as ReturnType<typeof net>;
    return cmd === "LOCK" ? [`${response ? "grant" : "invalidate"} ${oldMode}>${newMode}`] : [];
  });
export const lock = (key = KEY) => stateOf(w).lockServer.locks.find((it) => it.key === key);
export const list = (name: "granted" | "requested" | "invalidated", key = KEY): string[] =>
  (lock(key)?.[name] ?? []).map(({ rid, mode }) => `${rid} ${mode}`);
