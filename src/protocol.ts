// The whole protocol as one type: every folder brings its slice (state, programs, api, rules, names
// of kernel objects) and this file puts them together. Types only; nothing here runs.

import type { Protocol } from "./core/index.ts";
import type {
  LockApi,
  LockCalls,
  LockMutexes,
  LockNeeds,
  LockQueues,
  LockRecord,
  LockRules,
  LockWaitQueues,
} from "./lock/types.ts";
import type { LockServerCalls, LockServerMutexes } from "./lock-server/types.ts";
import type { Mount } from "./mount/types.ts";
import type {
  NetApi,
  NetCalls,
  NetMessage,
  NetMutexes,
  NetNeeds,
  NetQueues,
  NetRecord,
  NetRules,
  NetWaitQueues,
} from "./net/types.ts";
import type { OmapCalls } from "./omap/types.ts";
import type { QuorumApi } from "./quorum/types.ts";
import type { RecovApi } from "./recov/types.ts";
import type {
  ServerApi,
  ServerBlock,
  ServerCalls,
  ServerMutexes,
  ServerQueues,
  ServerRecord,
  ServerRules,
  ServerWaitQueues,
} from "./server/types.ts";

export interface Scoutfs extends Protocol {
  readonly State: Mount;
  readonly Rules: Rules;
  readonly Api: Api;
  readonly Calls: Calls;
  /** Quorum messages, once quorum/ sends any. */
  readonly Datagram: never;
  readonly Message: NetMessage;
  readonly Block: ServerBlock;
  readonly Record: ServerRecord | NetRecord | LockRecord;
  readonly Queue: ServerQueues | NetQueues | LockQueues;
  readonly WaitQueue: ServerWaitQueues | NetWaitQueues | LockWaitQueues;
  readonly Mutex: ServerMutexes | NetMutexes | LockMutexes | LockServerMutexes;
}

export interface Rules extends ServerRules, NetRules, LockRules {}

export interface Api extends ServerApi, NetApi<Scoutfs>, LockApi<Scoutfs>, RecovApi, QuorumApi {}

export interface Calls
  extends ServerCalls,
    NetCalls,
    NetNeeds,
    LockCalls,
    LockNeeds,
    LockServerCalls,
    OmapCalls {}
