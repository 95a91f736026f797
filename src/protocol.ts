// The whole protocol as one type: every folder brings its slice (state, programs, api, rules, names
// of kernel objects) and this file puts them together. Types only; nothing here runs.

import type { ClientCalls, ClientQueues, ClientRecord, ClientWaitQueues } from "./client/types.ts";
import type { Protocol } from "./core/index.ts";
import type {
  FenceApi,
  FenceCalls,
  FenceMutexes,
  FenceNeedsApi,
  FenceRecord,
  FenceRules,
  FenceWaitQueues,
} from "./fence/types.ts";
import type { FencedRules } from "./fenced/types.ts";
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
import type { LockServerCalls, LockServerMutexes, LockServerRecord } from "./lock-server/types.ts";
import type { Mount, MountCalls, MountRecord, MountWaitQueues } from "./mount/types.ts";
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
import type { OmapCalls, OmapRecord } from "./omap/types.ts";
import type {
  QuorumApi,
  QuorumBlocks,
  QuorumCalls,
  QuorumMessage,
  QuorumQueues,
  QuorumRecord,
  QuorumRules,
} from "./quorum/types.ts";
import type { RecovApi, RecovCalls, RecovRecord } from "./recov/types.ts";
import type {
  ServerApi,
  ServerBlock,
  ServerCalls,
  ServerMutexes,
  ServerQueues,
  ServerRecord,
  ServerRules,
  ServerStandIns,
  ServerWaitQueues,
} from "./server/types.ts";

export interface Scoutfs extends Protocol {
  readonly State: Mount;
  readonly Rules: Rules;
  readonly Api: Api;
  readonly Calls: Calls;
  readonly Datagram: QuorumMessage;
  readonly Message: NetMessage;
  readonly Block: ServerBlock | QuorumBlocks;
  readonly Record:
    | ServerRecord
    | NetRecord
    | LockRecord
    | LockServerRecord
    | OmapRecord
    | RecovRecord
    | FenceRecord
    | QuorumRecord
    | MountRecord
    | ClientRecord;
  readonly Queue: ServerQueues | NetQueues | LockQueues | QuorumQueues | ClientQueues;
  readonly WaitQueue:
    | ServerWaitQueues
    | NetWaitQueues
    | LockWaitQueues
    | FenceWaitQueues
    | ClientWaitQueues
    | MountWaitQueues;
  readonly Mutex: ServerMutexes | NetMutexes | LockMutexes | LockServerMutexes | FenceMutexes;
}

export interface Rules
  extends ServerRules,
    NetRules,
    LockRules,
    FenceRules,
    QuorumRules,
    FencedRules {}

export interface Api
  extends ServerApi,
    NetApi<Scoutfs>,
    LockApi<Scoutfs>,
    RecovApi,
    QuorumApi,
    FenceApi,
    FenceNeedsApi<Scoutfs> {}

export interface Calls
  extends ServerCalls,
    ServerStandIns,
    RecovCalls,
    /** What fencing is asked for here is less than it can do. */
    Omit<NetNeeds, "scoutfs_fence_start">,
    NetCalls,
    LockCalls,
    LockNeeds,
    LockServerCalls,
    OmapCalls,
    FenceCalls,
    QuorumCalls,
    ClientCalls,
    MountCalls {}
