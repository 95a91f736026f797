// Prepares a socket that has just connected or been accepted: how long it bears a silent peer, and
// who that is. Mirrors sock_opts_and_names of net.c; nobody else sees the connection yet, or only
// a shutdown does.

import type { Out, SocketId } from "../core/index.ts";
import { connOf } from "./connections.ts";
import type { ConnHandle, NetMount, NetProtocol } from "./types.ts";

/** False for a socket that broke meanwhile: it has no peer's name to give (ENOTCONN). */
export function setSocketNames(
  m: NetMount,
  out: Out<NetProtocol>,
  conn: ConnHandle,
  sock: SocketId,
): boolean {
  const c = connOf(m, conn);
  out.setUserTimeout(sock, out.rules.userTimeout(m.net.keepaliveTimeout));
  if (typeof out.stateOf(sock) === "object") return false;
  c.peer = out.peerOf(sock);
  c.lastPeer = c.peer;
  return true;
}
