// A cluster as a world: every slot of it is a mount or a fence agent, on some host.

import type { Errno, MountId, Protocol, Rid, TraceRecord, Us } from "../../../src/core/index.ts";
import type {
  FencedApi,
  FencedCalls,
  FencedMount,
  FencedRecord,
  FencedWaitQueues,
} from "../../../src/fenced/types.ts";
import type { Mount } from "../../../src/mount/types.ts";
import type { Api, Rules, Scoutfs } from "../../../src/protocol.ts";
import type { World } from "../../engine/world.ts";

/** What the host knows of a slot beside the file system: the mount table and sysfs. */
export interface Slot {
  readonly rid: Rid;
  /** Names the device node: each mount of a host has its own. "" for an agent. */
  readonly device: string;
  /** In the mount table: forgotten as an unmount begins. */
  mounted: boolean;
  /** Who is inside: open files, and paths that a system call looks at. */
  users: number;
  /** Its directory in sysfs: from early in the mount to the end of the unmount. */
  inSysfs: boolean;
  mount: "none" | "running" | "done";
  umount: "none" | "running" | "done" | "failed";
  /** Somebody wants to unmount it: nobody begins anything new inside. */
  leaving: boolean;
  /** Which of the cluster's unmounts its own was; 0 while it has not ended. */
  left: number;
}

export interface ClusterMount extends Mount, FencedMount {
  readonly slot: Slot;
}

export interface Cluster extends Protocol {
  State: ClusterMount;
  Rules: Rules;
  Api: Api & FencedApi<Cluster>;
  Calls: Scoutfs["Calls"] &
    FencedCalls & {
      mount: object;
      umount: { force: boolean; agent?: MountId };
      leave_mount: { readonly force: boolean };
    } & RequestCalls &
    FileCommands &
    RegisterCalls;
  Datagram: Scoutfs["Datagram"];
  Message: Scoutfs["Message"];
  Block: Scoutfs["Block"];
  Record: Scoutfs["Record"] | (FencedRecord & TraceRecord) | CommandRecord;
  Queue: Scoutfs["Queue"];
  WaitQueue: Scoutfs["WaitQueue"] | FencedWaitQueues;
  Mutex: Scoutfs["Mutex"];
}

export type CommandRecord =
  /** Before all else of a mount: its rid, and its quorum slot or -1. */
  | { readonly kind: "incarnation"; readonly rid: Rid; readonly slot: number }
  | { readonly kind: "mounted"; readonly rid: Rid; readonly error: string | undefined }
  | { readonly kind: "unmounting"; readonly rid: Rid; readonly force: boolean }
  /** EBUSY while somebody is inside, EINVAL for what is not mounted. */
  | {
      readonly kind: "unmount_refused";
      readonly rid: Rid;
      readonly force: boolean;
      readonly error: Errno;
    }
  | { readonly kind: "unmounted"; readonly rid: Rid }
  | ({ readonly kind: "op" } & Op)
  /** A write or a sync begins. */
  | ({ readonly kind: "op_begin" } & Pick<Op, "rid" | "what" | "key" | "value">)
  /** What became of a call on an inode. */
  | {
      readonly kind: "ino";
      readonly rid: Rid;
      readonly what: string;
      readonly ino: number;
      readonly error: Errno | undefined;
    }
  /** The answer to what somebody asked of a mount. */
  | {
      readonly kind: "request";
      readonly rid: Rid;
      readonly what: string;
      readonly error: Errno | undefined;
    };

/** What people do with files: see inodes.ts. */
export interface FileCommands {
  create_inode: { readonly ino: number };
  open_inode: { readonly ino: number };
  stat_inode: { readonly ino: number };
  close_inode: { readonly ino: number };
  unlink_inode: { readonly ino: number };
  visit_inode: { readonly ino: number; readonly create: boolean; readonly forUs: Us };
}

/** What people do with the contents of files: see registers.ts. */
export interface RegisterCalls {
  write_file: { readonly ino: number; readonly value: number };
  read_file: { readonly ino: number };
  /** Both are written, see rename.ts. */
  rename_files: { readonly ino: number; readonly other: number; readonly value: number };
  sync: object;
}
/** A call on the contents of files has returned. A `seq` of 0: nothing was read or written. */
export interface Op {
  readonly rid: Rid;
  readonly what: "write" | "read" | "sync";
  /** The inode; 0 of a sync. */
  readonly key: number;
  readonly value: number;
  readonly seq: number;
  readonly error: Errno | undefined;
  readonly beginAt: Us;
  readonly endAt: Us;
}

/** What people do on a mount that needs its server: see requests.ts. */
export interface RequestCalls {
  statfs: object;
  alloc_inodes: { readonly count: number };
  last_seq: object;
  resize_devices: { readonly metaBlocks: number; readonly dataBlocks: number };
  get_volopt: object;
  set_volopt: { readonly blocks: number };
  clear_volopt: object;
  use_inode: InodeUse;
  use_two_inodes: TwoInodesUse;
}

export interface InodeUse {
  readonly ino: number;
  readonly mode: "read" | "write";
  readonly forUs: Us;
}

/** As a rename locks two directories. */
export interface TwoInodesUse {
  readonly ino: number;
  readonly other: number;
  readonly forUs: Us;
}

export type ClusterWorld = World<Cluster>;
