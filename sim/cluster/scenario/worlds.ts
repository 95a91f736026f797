// The worlds that a scenario's first command can build, by name.

import { us } from "../../../src/core/index.ts";
import { start } from "../../engine/build.ts";
import {
  choiceArg,
  durationArgUs,
  expectArgs,
  listArg,
  numberArg,
  type ScnCommand,
  textArg,
} from "../../report/scn.ts";
import { UserError } from "../../report/user-error.ts";
import { fileActions } from "../people/inodes.ts";
import { lockUseActions } from "../people/lock-use.ts";
import { registerActions } from "../people/registers.ts";
import { renameActions } from "../people/rename.ts";
import { requestActions } from "../people/requests.ts";
import type { AnyWorld, Builder, Built } from "../world/any-world.ts";
import { type ClusterOptions, clusterWorld, remount } from "../world/cluster.ts";
import { variantsOf } from "../world/variant-names.ts";
import { judgeActions, monitorsOf } from "./judge.ts";
import { planBuilder } from "./plan-world.ts";

const AGENTS = ["honest", "absent", "failing", "lying", "complaining"] as const;

/** `orphan-scan=10s`: how often each mount looks for orphans; never without it. */
function orphanScans(c: ScnCommand): Pick<ClusterOptions, "orphanScanDelayMs"> {
  if (!c.args.some(({ key }) => key === "orphan-scan")) return {};
  return { orphanScanDelayMs: durationArgUs(c, "orphan-scan") / 1000 };
}

/** What the mount option lock_idle_count may be at least. */
const FEWEST_IDLE = 32;

/** `idle-locks=32`: how many locks a mount has before it gives idle ones back. */
function idleLocks(c: ScnCommand): Pick<ClusterOptions, "lockIdleCount"> {
  if (!c.args.some(({ key }) => key === "idle-locks")) return {};
  const lockIdleCount = numberArg(c, "idle-locks");
  if (lockIdleCount >= FEWEST_IDLE) return { lockIdleCount };
  throw new UserError(`idle-locks= is at least ${FEWEST_IDLE}; it is ${lockIdleCount}`);
}

const CLUSTER_KEYS = [
  ...["mounts", "slots", "hosts", "hb", "seed", "variant", "orphan-scan", "idle-locks"],
  ...["agent", "slow", "delay", "run", "promises"],
];

/** `mounts=3 slots=3 hosts=1 hb=10s agent=honest slow=0s delay=1s run=force-unmount seed=1`,
 *  `promises=LCK1,DAT1`, and `variant=ID,ID`, where `mended` stands for all sound fixes. */
function cluster(c: ScnCommand): Built {
  expectArgs(c, { keys: CLUSTER_KEYS, maxWords: 1 });
  const mounts = numberArg(c, "mounts", 3);
  const hosts = numberArg(c, "hosts", 1);
  /** By hand a time is set against another: all hosts booted at the same moment. */
  const jiffiesSince = Array<number>(hosts).fill(0);
  const options: ClusterOptions = {
    seed: textArg(c, "seed", "1"),
    mounts,
    slots: numberArg(c, "slots", mounts),
    hosts,
    variants: variantsOf(listArg(c, "variant", [])),
    heartbeatTimeoutMs: durationArgUs(c, "hb", 10_000_000) / 1000,
    ...orphanScans(c),
    ...idleLocks(c),
    blueprint: { monitors: monitorsOf(c), jiffiesSince },
    agent: {
      habit: choiceArg(c, "agent", AGENTS, "honest"),
      run: choiceArg(c, "run", ["force-unmount", "power"], "force-unmount"),
      slowUs: us(durationArgUs(c, "slow", 0)),
      delayUs: us(durationArgUs(c, "delay", 1_000_000)),
    },
  };
  const w = clusterWorld(options);
  const nth = (command: ScnCommand) => {
    const n = numberArg(command, "n");
    if (n < mounts) return n;
    throw new UserError(`n= is one of the ${mounts} mounts of the world, counted from 0`);
  };
  return {
    w: w as unknown as AnyWorld,
    actions: {
      ...requestActions(w as unknown as AnyWorld),
      ...lockUseActions(w as unknown as AnyWorld),
      ...fileActions(w as unknown as AnyWorld),
      ...registerActions(w as unknown as AnyWorld),
      ...judgeActions(w as unknown as AnyWorld),
      ...renameActions(w as unknown as AnyWorld),
      remount: (command) => w.peekMount(remount(w, options, nth(command))).name,
      "mount-all": () => {
        for (let n = 0; n < mounts; n++) start(w, n, "mount");
        return "";
      },
    },
  };
}

export const worlds: Readonly<Record<string, Builder>> = { cluster, plan: planBuilder() };
