// A fence agent: a daemon on a host that looks through sysfs for the requests of the servers there,
// runs what isolates the target, and answers. It mirrors utils/fenced/scoutfs-fenced. An agent has
// a slot of its own in the world, and reaches other mounts of its host only through `SysfsApi` and
// `HostApi`, as a process does: by name, each look at the state of that moment.

import type { MountId, Out, Protocol, TraceRecord, Us } from "../core/index.ts";
import type { FenceFile, FenceHandle, StoreFile } from "../fence/types.ts";

/** `/sys/fs/scoutfs/<mount>` or, with a request, `/sys/fs/scoutfs/<mount>/fence/<request>`. The
 *  name of a mount ends in its rid, so that a remount has another. */
export interface SysfsDir {
  readonly mount: string;
  readonly request?: string;
}
export type MountFile = "rid" | "data_device_maj_min";
export type RequestFile = FenceFile;

/** A write under way: a task on the mount that owns the file. */
export interface SysfsStore {
  readonly mount: MountId;
  readonly fence: FenceHandle;
}

/** sysfs of the host that the running slot is on. The world implements it over `fence/api.ts` and
 *  the mounts' own directories, each call at once. */
export interface SysfsApi<P extends Protocol> {
  /** The mounts with a directory, as a shell sorts their names: from early in the mount to the end
   *  of the unmount. */
  mounts(out: Out<P>): readonly string[];
  /** The request directories of one of them; none when it is gone. */
  requests(out: Out<P>, mount: string): readonly string[];
  isDir(out: Out<P>, dir: SysfsDir): boolean;
  /** Undefined when the file is not there. */
  read(out: Out<P>, dir: SysfsDir, file: MountFile | RequestFile): string | undefined;
  /** Not there in main. Sets what `umount -f` begins with off on that mount, whether the mount
   *  table has it or not. */
  isolate(out: Out<P>, dir: SysfsDir): void;
  /** Starts the store function on the mount that owns the file: `openStore` there, then the program
   *  `fenced_store` or `error_store`. Undefined when the file is not there. Its end reaches
   *  `FenceNeedsApi.sysfsStored`, which wakes `fenced.waitq` of the writer's slot. */
  write(out: Out<P>, dir: SysfsDir, file: StoreFile): SysfsStore | undefined;
  isStoring(out: Out<P>, store: SysfsStore): boolean;
}

/** How an `umount` that was started stands; `failed` is a non-zero exit. */
export type UmountState = "running" | "done" | "failed";

/** What else a process can do to its host, and a power controller to others. */
export interface HostApi<P extends Protocol> {
  /** `findmnt`: where the device is mounted now, or the empty string. It forgets a mount as an
   *  unmount of it begins, long before its directory in sysfs goes. */
  findMount(out: Out<P>, device: string): string;
  /** `umount -f`: sets the forced unmount off on what is mounted there at this moment. False when
   *  nothing is. Its end wakes `fenced.waitq` of the caller's slot. */
  forceUmount(out: Out<P>, target: string): boolean;
  umountState(out: Out<P>, target: string): UmountState;
  /** Cuts the power of the host with that address, its writes in flight included, soon after this
   *  step (which may run on it). False when no host has that address. */
  cutPower(out: Out<P>, ip: string): boolean;
  isOff(out: Out<P>, ip: string): boolean;
}

/** What the configured command does with the request that it is given. */
export type AgentHabit =
  | "honest"
  /** Not running. */
  | "absent"
  /** Does nothing and says that it failed. */
  | "failing"
  /** Does nothing and says that it succeeded: beyond what scoutfs survives. */
  | "lying"
  /** Does it and says that it failed. */
  | "complaining";

export interface AgentOptions {
  /** `SCOUTFS_FENCED_DELAY`. */
  readonly delayUs: Us;
  /** `SCOUTFS_FENCED_RUN`. */
  readonly run: "force-unmount" | "power";
  readonly habit: AgentHabit;
  /** What the command idles before it acts. */
  readonly slowUs: Us;
  /** Starting a process, as each `cat` is: drawn between the two. */
  readonly execMinUs: Us;
  readonly execMaxUs: Us;
  /** Instants at which the service is killed. The world kills the slot and starts the daemon in a
   *  new one `RESTART_SEC` later. */
  readonly killedAtUs: readonly Us[];
}

export interface FencedState {
  /** Replaced when what the command does with requests changes. */
  options: AgentOptions;
}

export interface RunArgs {
  /** `SCOUTFS_FENCED_REQ_RID`. */
  readonly rid: string;
  /** `SCOUTFS_FENCED_REQ_IP`. */
  readonly ip: string;
}

export interface FencedCalls {
  scoutfs_fenced: object;
  /** All three: `ret.value` is the exit status. */
  fenced_run: RunArgs;
  fenced_local_force_unmount: RunArgs;
  fenced_power: RunArgs;
}

export interface FencedApi<P extends Protocol> {
  readonly sysfs: SysfsApi<P>;
  readonly host: HostApi<P>;
}

/** What the script makes of reading one file of a mount's directory. */
export interface MountRead {
  readonly file: MountFile;
  readonly text: string | undefined;
  readonly dirIsThere: boolean;
  readonly wantedRid: string;
}

/** Together these are 8ddf9b8c8c, with its predecessor 5b33d832 and its successor 8bb2f83c. */
export interface FencedRules {
  /** 8ddf9b8c8c: what the agent takes from a request's file that is gone. Before, "0" for `fenced`
   *  and `error`, so that a vanished request looked like one nobody had handled. */
  textOfVanished(file: RequestFile): string;
  /** 8ddf9b8c8c: whether the agent looks for the request's directory after all its reading. Before,
   *  it looked first and believed what it read, an empty rid too. */
  looksForRequestLast(): boolean;
  /** 8ddf9b8c8c: whether the script looks for a mount's directory before it reads there. */
  looksForMountFirst(): boolean;
  /** Before 5b33d832 any mount whose file could not be read failed the script, wanted or not. From
   *  there to 8ddf9b8c8c the grouping of `||` and `&&` made it skip a mount whose file *could* be
   *  read as well, so that it never unmounted anything and yet succeeded. */
  afterMountRead(read: MountRead): "go on" | "skip" | "fail";
  /** 8bb2f83c: before, a target that is mounted nowhere any more failed the script. */
  failsWithoutMount(): boolean;
  /** 8ddf9b8c8c: before, each umount that failed did, that of a target which is gone too. */
  failsOnUmount(dirIsThere: boolean): boolean;
  /** 26ae9c6e: before, the agent called its command by a variable that was set nowhere, so that the
   *  shell ran nothing, and that succeeds. */
  runsItsCommand(): boolean;
  /** Whether the agent runs its command for a request whose rid or address it could not read. */
  runsWithoutRid(): boolean;
  /** Whether a target that `umount -f` isolated and left mounted, as busy, counts as fenced. */
  bearsBusyTarget(): boolean;
  /** Whether a target that is in sysfs and mounted nowhere is isolated by a file there. */
  isolatesThroughSysfs(): boolean;
}

export type FencedWaitQueues = "fenced.waitq";

export type FencedRecord =
  | { readonly kind: "agent.start"; readonly run: AgentOptions["run"] }
  /** `server` is the name of the mount whose request it is. */
  | ({ readonly kind: "agent.fence"; readonly server: string; readonly reason: string } & RunArgs)
  | {
      readonly kind: "agent.answer";
      readonly server: string;
      readonly rid: string;
      readonly request: string;
      readonly file: StoreFile;
      /** False when the request was gone. */
      readonly written: boolean;
    }
  | { readonly kind: "agent.umount"; readonly target: string; readonly rid: string }
  | { readonly kind: "agent.power"; readonly ip: string; readonly rid: string };

export interface FencedMount {
  readonly fenced: FencedState;
}

/** Enough of the protocol for this folder to be checked and tested alone. */
export interface FencedProtocol extends Protocol {
  readonly State: FencedMount;
  readonly Rules: FencedRules;
  readonly Api: FencedApi<FencedProtocol>;
  readonly Calls: FencedCalls;
  readonly Record: FencedRecord & TraceRecord;
  readonly Queue: never;
  readonly WaitQueue: FencedWaitQueues;
  readonly Mutex: never;
}
