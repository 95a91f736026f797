// A cluster as a world: every slot of it is a mount or a fence agent, on some host.

import type { MountId, Protocol, Rid, TraceRecord } from "../../src/core/index.ts";
import type {
  FencedApi,
  FencedCalls,
  FencedMount,
  FencedRecord,
  FencedWaitQueues,
} from "../../src/fenced/types.ts";
import type { Mount } from "../../src/mount/types.ts";
import type { Api, Rules, Scoutfs } from "../../src/protocol.ts";
import type { World } from "../engine/world.ts";

/** What the host knows of a slot beside the file system: the mount table and sysfs. */
export interface Slot {
  readonly rid: Rid;
  /** Names the device node: each mount of a host has its own. "" for an agent. */
  readonly device: string;
  /** In the mount table: forgotten as an unmount begins. */
  mounted: boolean;
  /** Its directory in sysfs: from early in the mount to the end of the unmount. */
  inSysfs: boolean;
  umount: "none" | "running" | "done" | "failed";
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
    };
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
  | { readonly kind: "unmounted"; readonly rid: Rid };

export type ClusterWorld = World<Cluster>;
