// What neighbours take from the client: its state before anything has run, and its request functions.

import { completion } from "../core/index.ts";
import type { Cmd, RequestName } from "../net/types.ts";
import type { ClientState } from "./types.ts";

export const clientState = (): ClientState => ({
  conn: undefined,
  serverTerm: 0,
  connectDelay: 0,
  shuttingDown: false,
  sendingFarewell: false,
  farewellError: undefined,
  farewellDone: completion(),
});

/** `client_req_funcs`. */
export const clientRequests: Readonly<Partial<Record<Cmd, RequestName>>> = {
  LOCK: "client_lock",
  LOCK_RECOVER: "client_lock_recover",
};
