// What neighbours take from the client: its state before anything has run, its request functions,
// and what the network calls under the lock of the client's connection.

import { completion, us } from "../core/index.ts";
import type { Cmd, RequestName } from "../net/types.ts";
import type { ClientState } from "./types.ts";

export { notifyDown as clientNotifyDown } from "./queue-connect.ts";

export const clientState = (): ClientState => ({
  conn: undefined,
  serverTerm: 0,
  connectDelay: us(0),
  shuttingDown: false,
  sendingFarewell: false,
  farewellError: undefined,
  farewellDone: completion(),
});

/** `client_req_funcs`. */
export const clientRequests: Readonly<Partial<Record<Cmd, RequestName>>> = {
  SYNC_LOG_TREES: "sync_log_trees",
  LOCK: "client_lock",
  LOCK_RECOVER: "client_lock_recover",
  OPEN_INO_MAP: "client_open_ino_map",
};
