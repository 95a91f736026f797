// The worlds that a scenario's first command can build, by name.

import { us } from "../../../src/core/index.ts";
import { start } from "../../engine/build.ts";
import {
  choiceArg,
  durationArgUs,
  listArg,
  numberArg,
  type ScnCommand,
  textArg,
} from "../../report/scn.ts";
import { UserError } from "../../report/user-error.ts";
import { fileActions } from "../people/inodes.ts";
import { lockUseActions } from "../people/lock-use.ts";
import { registerActions } from "../people/registers.ts";
import { requestActions } from "../people/requests.ts";
import type { AnyWorld, Builder, Built } from "../world/any-world.ts";
import { type ClusterOptions, clusterWorld, remount } from "../world/cluster.ts";
import { variantsOf } from "../world/variant-names.ts";

const AGENTS = ["honest", "absent", "failing", "lying", "complaining"] as const;

/** `orphan-scan=10s`: how often each mount looks for orphans; never without it. */
function orphanScans(c: ScnCommand): Pick<ClusterOptions, "orphanScanDelayMs"> {
  if (!c.args.some(({ key }) => key === "orphan-scan")) return {};
  return { orphanScanDelayMs: durationArgUs(c, "orphan-scan") / 1000 };
}

/** `mounts=3 slots=3 hosts=1 hb=10s agent=honest slow=0s delay=1s run=force-unmount seed=1`,
 *  and `variant=ID,ID`, where `mended` stands for all sound fixes. */
function cluster(c: ScnCommand): Built {
  const mounts = numberArg(c, "mounts", 3);
  const options: ClusterOptions = {
    seed: textArg(c, "seed", "1"),
    mounts,
    slots: numberArg(c, "slots", mounts),
    hosts: numberArg(c, "hosts", 1),
    variants: variantsOf(listArg(c, "variant", [])),
    heartbeatTimeoutMs: durationArgUs(c, "hb", 10_000_000) / 1000,
    ...orphanScans(c),
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
      remount: (command) => w.peekMount(remount(w, options, nth(command))).name,
      "mount-all": () => {
        for (let n = 0; n < mounts; n++) start(w, n, "mount");
        return "";
      },
    },
  };
}

export const worlds: Readonly<Record<string, Builder>> = { cluster };
