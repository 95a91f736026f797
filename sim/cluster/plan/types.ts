// What a plan is, as data; what it does is in plan.ts and actions.ts. Nothing here knows which
// variants there are, so that whoever makes plans does not either.

import type { AgentHabit } from "../../../src/fenced/types.ts";
import type { InodeUse, RequestCalls } from "../world/types.ts";

export const PLAN_FORMAT = 1;

/** As `n` or `host` of a step: the mount whose server runs at that moment, or its host. Of a mount:
 *  the one that left last. */
export const LEADER = -1;

/** The same of a step with `upon`: the mount where that happened, and the one that it is about. */
export const THERE = -2;
export const NAMED = -3;

/** What a step may wait for, by the name of its trace entry: the milestones in the life of mounts,
 *  servers and what they do for one another. */
export const MILESTONES = [
  // a mount: it comes, it goes
  ...(["fill_super", "client_greeting", "unmounting", "client_destroy", "umount_begin"] as const),
  // a server: it begins, recovers, is through with that
  ...(["server.work_enter", "start_recovery", "finished_recovery"] as const),
  // and its clients: they connect, greet, get a mode, say farewell, go
  ...(["conn_connect_start", "conn_connect_complete"] as const),
  ...(["server_greeting", "ls_request"] as const),
  ...(["server_farewell", "reclaim_rid"] as const),
  // a commit begins and is written; a fence is asked for and given
  ...(["server_commit_start", "server_commit_end", "fence.start", "fence.fenced"] as const),
  // locks: their recovery, and taking them back
  ...(["cl_lock_recover_request", "cl_lock_invalidate_request", "cl_lock_response"] as const),
] as const;

/** It waits from its time on, lets so many go by, and acts so long after the next. */
export interface Upon {
  readonly what: (typeof MILESTONES)[number];
  readonly skip: number;
  readonly afterUs: number;
}

/** What somebody asks of a mount, but for the use of inodes, which lasts. */
export type RequestName = Exclude<keyof RequestCalls, "use_inode" | "use_two_inodes">;

/** Of one step: what is asked at once or one after another. */
export const MAX_TIMES = 100;
/** For so long people try to unmount what is busy. */
export const PATIENCE_US = 5_000_000;

/** What a cut concerns. */
export type TrafficKind = "all" | "datagrams" | "streams";

/** Many calls of one mount. */
interface Burst {
  readonly atUs: number;
  readonly n: number;
  readonly ino: number;
  readonly apart: number;
  /** After so many inodes it begins anew with the first; without it, it never does. */
  readonly among?: number | undefined;
  readonly times: number;
  readonly everyUs: number;
}

/** One thing that happens: to the n-th mount, or to a host. */
export type PlanStep = StepKind & { readonly upon?: Upon | undefined };

type StepKind =
  | { readonly atUs: number; readonly do: "mount" | "umount" | "force-umount"; readonly n: number }
  /** Somebody presses ^C at a mount that is being mounted, below 0 at the newest such. It ends
   *  where it waits for its root. */
  | { readonly atUs: number; readonly do: "interrupt-mount"; readonly n: number }
  /** The option of that mount, as its sysfs file changes it. */
  | {
      readonly atUs: number;
      readonly do: "heartbeat-timeout";
      readonly n: number;
      readonly ms: number;
    }
  | {
      readonly atUs: number;
      readonly do:
        | "pause"
        | "stall-io"
        /** The host alone against all others, both ways. Of streams that is silence: no end is
         *  told. */
        | "cut-datagrams"
        | "cut-streams"
        | "cut-all"
        /** What it sends and is sent waits, and comes when the clog ends. */
        | "clog";
      readonly host: number;
      readonly forUs: number;
    }
  /** Nothing gets out of the host, or nothing in. */
  | {
      readonly atUs: number;
      readonly do: "cut-one-way";
      readonly host: number;
      readonly forUs: number;
      readonly way: "in" | "out";
      readonly what: TrafficKind;
    }
  /** Two hosts hear nothing of each other, and all others hear both. */
  | {
      readonly atUs: number;
      readonly do: "cut-pair";
      readonly host: number;
      readonly peer: number;
      readonly forUs: number;
      readonly what: TrafficKind;
    }
  /** Both ends of all streams between two hosts, or within one, are told that they broke. */
  | {
      readonly atUs: number;
      readonly do: "reset-streams";
      readonly host: number;
      readonly peer: number;
    }
  /** The same of the connection of one mount to its server. */
  | { readonly atUs: number; readonly do: "reset-client"; readonly n: number }
  /** What the mount runs is preempted within so many jumps, for a while. */
  | {
      readonly atUs: number;
      readonly do: "preempt";
      readonly n: number;
      readonly within: number;
      readonly forUs: number;
    }
  /** Whoever comes next to that place of a program, after so many others, loses so much time there:
   *  it is preempted, waits for memory, or shares its processor with too many. */
  | {
      readonly atUs: number;
      readonly do: "delay";
      readonly program: string;
      readonly label: string;
      readonly skip: number;
      readonly forUs: number;
    }
  /** So many people ask the same of a mount at once; the size is what the request takes. */
  | {
      readonly atUs: number;
      readonly do: "request";
      readonly n: number;
      readonly what: RequestName;
      readonly size: number;
      readonly times: number;
    }
  /** So many inodes, counted from one, are read or written: locked for a while each. */
  | {
      readonly atUs: number;
      readonly do: "use-inode";
      readonly n: number;
      readonly ino: number;
      readonly mode: InodeUse["mode"];
      readonly forUs: number;
      readonly times: number;
    }
  /** So many calls on files, one every so often, or all at once: the first on the inode that is
   *  named, each further one so many inodes apart from the one before it. */
  | ({ readonly do: "read-file" | "write-file" | "unlink-inode" } & Burst)
  /** The same, and each file stays open for a while. */
  | ({ readonly do: "create-inode" | "open-inode"; readonly forUs: number } & Burst)
  /** As a rename locks two directories, the other one too for a while. */
  | ({ readonly do: "use-two-inodes"; readonly other: number; readonly forUs: number } & Burst)
  /** A rename: both files are written in one transaction. */
  | ({ readonly do: "rename-files"; readonly other: number } & Burst)
  | ({ readonly do: "sync" | "statfs" } & Omit<Burst, "ino" | "apart" | "among">)
  /** Slowness is a factor, errors are a chance. */
  | {
      readonly atUs: number;
      readonly do: "slow" | "slow-io" | "fail-io";
      readonly host: number;
      readonly forUs: number;
      readonly permille: number;
    }
  | {
      readonly atUs: number;
      readonly do: "clock";
      readonly host: number;
      readonly permille: number;
    }
  /** After `forUs` it boots; 0 is never. */
  | {
      readonly atUs: number;
      readonly do: "power-off";
      readonly host: number;
      readonly forUs: number;
    }
  /** The service is killed and started again, or its command fails for a while. */
  | {
      readonly atUs: number;
      readonly do: "agent-down" | "agent-fails";
      readonly host: number;
      readonly forUs: number;
    }
  /** Its next write is under way for so long, whatever happens to the host meanwhile. Beyond. */
  | {
      readonly atUs: number;
      readonly do: "late-write";
      readonly host: number;
      readonly forUs: number;
    };

export interface Plan {
  readonly format: typeof PLAN_FORMAT;
  readonly seed: string;
  readonly cluster: {
    readonly mounts: number;
    readonly slots: number;
    readonly hosts: number;
    readonly heartbeatTimeoutMs: number;
    /** How long a connection bears silence; without it the mount option's default. */
    readonly tcpTimeoutMs?: number | undefined;
    /** How many idle locks a mount keeps; without it the mount option's default. */
    readonly lockIdleCount?: number | undefined;
    /** How often a mount looks for inodes that nobody has deleted; without it never. */
    readonly orphanScanDelayMs?: number | undefined;
    readonly agent: AgentHabit;
    readonly agentSlowUs: number;
    readonly agentDelayUs: number;
    /** Starting a process takes up to this: each file that the agent reads costs one. */
    readonly agentExecMaxUs: number;
    /** After how long a host boots whose power the agent has cut; 0 is never. */
    readonly rebootUs: number;
  };
  readonly variants: readonly string[];
  /** `beyond` has faults that scoutfs does not promise to survive: it must only fail safe. */
  readonly budget: "survivable" | "beyond";
  readonly weather: {
    readonly minUs: number;
    readonly maxUs: number;
    readonly lossPermille: number;
    readonly duplicatePermille: number;
    readonly startMaxUs: number;
    readonly preemptWithin: number;
    /** Who is started sooner is drawn once, by program, and changes so often on each mount; without
     *  it each start has a delay of its own. */
    readonly schedule?: { readonly by: "pct"; readonly depth: number } | undefined;
    /** A device read takes up to this, a write a fifth more. */
    readonly diskMaxUs: number;
  };
  readonly steps: readonly PlanStep[];
  /** When the second phase begins, after every step has ended; without it there is none. */
  readonly calmAtUs?: number | undefined;
  /** The cluster is shut down: nobody is mounted again in the second phase. */
  readonly shutDown?: true | undefined;
  readonly endUs: number;
}
