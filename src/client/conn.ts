// The client's one connection, and what is submitted on it. It is allocated with the client and
// outlives all its sockets.

import { assert, type Errno, type Rid } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import { netResponse } from "../net/api.ts";
import type { Cmd, ConnHandle, Data, ResponseName, SubmitArgs } from "../net/types.ts";

/** 0 means the connection itself, and not one that it accepted. */
const ITSELF = 0 as Rid;

/** Whoever comes after the destroy has taken it away crashes, as a NULL pointer does there. */
export function connOf(m: Mount): ConnHandle {
  const { conn } = m.client;
  assert(conn !== undefined, "the client to be set up and not destroyed yet");
  return conn;
}

interface Request {
  readonly cmd: Cmd;
  readonly data: Data;
  readonly respFunc: ResponseName;
}

/** `scoutfs_net_submit_request`. */
export const requestArgs = (m: Mount, { cmd, data, respFunc }: Request): SubmitArgs => ({
  ...{ conn: connOf(m), rid: ITSELF, cmd, response: false, id: 0, error: undefined, data },
  ...{ respFunc, respData: undefined },
});

interface Response {
  readonly cmd: Cmd;
  readonly id: number;
  readonly data: Data;
  readonly error?: Errno;
}

/** On the client's connection unless another one is named. */
export const responseArgs = (
  m: Mount,
  { cmd, id, ...answer }: Response,
  conn?: ConnHandle,
): SubmitArgs => netResponse({ conn: conn ?? connOf(m), cmd, id }, answer);
