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
  InodeApi,
  InodeBlock,
  InodeCalls,
  InodeMutexes,
  InodeQueues,
  InodeRecord,
  InodeWaitQueues,
} from "./inode/types.ts";
import type { ItemApi, ItemCalls } from "./item/types.ts";
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
import type {
  LockServerCalls,
  LockServerMutexes,
  LockServerRecord,
  LockServerRules,
} from "./lock-server/types.ts";
import type { Mount, MountCalls, MountRecord, MountWaitQueues } from "./mount/types.ts";
import type { NetRules } from "./net/rules.ts";
import type {
  NetApi,
  NetCalls,
  NetMessage,
  NetMutexes,
  NetNeeds,
  NetQueues,
  NetRecord,
  NetWaitQueues,
} from "./net/types.ts";
import type { OmapApi, OmapCalls, OmapNeeds, OmapRecord } from "./omap/types.ts";
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
import type { SrchCalls, SrchQueues } from "./srch/types.ts";
import type {
  TransApi,
  TransCalls,
  TransQueues,
  TransRecord,
  TransRules,
  TransWaitQueues,
} from "./trans/types.ts";

export interface Scoutfs extends Protocol {
  readonly State: Mount;
  readonly Rules: Rules;
  readonly Api: Api;
  readonly Calls: Calls;
  readonly Datagram: QuorumMessage;
  readonly Message: NetMessage;
  readonly Block: ServerBlock | QuorumBlocks | InodeBlock;
  readonly Record:
    | ServerRecord
    | NetRecord
    | LockRecord
    | LockServerRecord
    | OmapRecord
    | InodeRecord
    | RecovRecord
    | FenceRecord
    | QuorumRecord
    | MountRecord
    | ClientRecord
    | TransRecord;
  readonly Queue:
    | ServerQueues
    | NetQueues
    | LockQueues
    | QuorumQueues
    | ClientQueues
    | TransQueues
    | SrchQueues
    | InodeQueues;
  readonly WaitQueue:
    | ServerWaitQueues
    | NetWaitQueues
    | LockWaitQueues
    | FenceWaitQueues
    | ClientWaitQueues
    | TransWaitQueues
    | MountWaitQueues
    | InodeWaitQueues;
  readonly Mutex:
    | ServerMutexes
    | NetMutexes
    | LockMutexes
    | LockServerMutexes
    | FenceMutexes
    | InodeMutexes;
}

export interface Rules
  extends ServerRules,
    NetRules,
    LockRules,
    LockServerRules,
    FenceRules,
    QuorumRules,
    FencedRules,
    TransRules {}

export interface Api
  extends ServerApi,
    NetApi<Scoutfs>,
    LockApi<Scoutfs>,
    TransApi<Scoutfs>,
    ItemApi<Scoutfs>,
    OmapApi<Scoutfs>,
    InodeApi<Scoutfs>,
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
    OmapNeeds,
    InodeCalls,
    FenceCalls,
    QuorumCalls,
    ClientCalls,
    TransCalls,
    ItemCalls,
    SrchCalls,
    MountCalls {}
