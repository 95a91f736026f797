// How scoutfs `main` decides what fixes of net.c decide differently.

import type { Rid, Us } from "../core/index.ts";
import type { NetMount, ServerGreeting } from "./types.ts";

/** What the server does with connections that a greeting or a farewell has left behind. */
export interface NetRules {
  /** Whether a greeting that was sent already goes again when the connection is let open. */
  resendsGreetings(): boolean;
  /** Whether a connection is let open for a client as it is once its greeting is answered. */
  letsOpen(m: NetMount, greeting: ServerGreeting): boolean;
  /** Whether the response to a greeting may be sent before the client's state is taken over. */
  bearsSentGreeting(): boolean;
  /** Whether who has not greeted is fenced when nobody comes back to its connection. */
  fencesUngreeted(): boolean;
  /** Whether a connection whose client has come back on another one is still waited for. */
  fencesSuperseded(): boolean;
  /** Whether a client is fenced that has no mounted_clients item, for it was reclaimed. */
  fencesUnmounted(m: NetMount, rid: Rid): boolean;
  /** Whether a server that stops, or is isolated, still has clients fenced. */
  fencesWhileStopping(): boolean;
  /** Whether a forced unmount begins with the shutdown of its client's connection. */
  forceShutsConnection(): boolean;
  /** Whether a shutdown looks for a forced unmount where it ends, in the locked region that lets
   *  the next shutdown begin. */
  endOfShutdownLooksForForce(): boolean;
  /** Whether a message that is about to be queued is refused: nobody may be there to take it. */
  messageIsTooLate(m: NetMount): boolean;
  /** Whether a message is one that comes again: the guard of handling each once. */
  wasReceived(seq: number, recvSeq: number): boolean;
  /** The user timeout of a socket: how long it waits for what it sent to be acknowledged; probes of
   *  an idle one begin so that they end by it too. From the mount's option. */
  userTimeout(keepaliveTimeout: Us): Us;
}

export const netRules: NetRules = {
  resendsGreetings: () => true,
  letsOpen: () => true,
  bearsSentGreeting: () => true,
  fencesUngreeted: () => true,
  fencesSuperseded: () => true,
  fencesUnmounted: () => true,
  fencesWhileStopping: () => true,
  forceShutsConnection: () => true,
  endOfShutdownLooksForForce: () => false,
  messageIsTooLate: () => false,
  wasReceived: (seq, recvSeq) => seq <= recvSeq,
  userTimeout: (keepaliveTimeout) => keepaliveTimeout,
};
