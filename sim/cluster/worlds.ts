// The worlds that a scenario's first command can build, by name.

import { type Rid, us } from "../../src/core/index.ts";
import { start } from "../engine/build.ts";
import {
  choiceArg,
  durationArgUs,
  listArg,
  numberArg,
  type ScnCommand,
  textArg,
} from "../report/scn.ts";
import { UserError } from "../report/user-error.ts";
import type { AnyWorld, Builder, Built } from "./any-world.ts";
import { type ClusterOptions, clusterWorld, remount } from "./cluster.ts";
import { requestActions } from "./requests.ts";
import { type SliceClient, sliceWorld } from "./slice.ts";
import { variantOf } from "./variants.ts";

/** `clients=11,12q recovering=12 slots=3`: clients by rid, a q marks a quorum member. */
function slice(c: ScnCommand): Built {
  const clients = listArg(c, "clients", []).map(clientOf);
  const recovering = listArg(c, "recovering", []).map((text) => clientOf(text).rid);
  const w = sliceWorld({
    clients,
    recovering,
    slots: numberArg(c, "slots", 3),
    seed: textArg(c, "seed", "1"),
  });
  w.runFor(100);
  return { w: w as unknown as AnyWorld };
}

function clientOf(text: string): SliceClient {
  const [, rid, quorum] = /^(\d+)(q?)$/.exec(text) ?? [];
  if (rid === undefined) throw new UserError(`a client is a rid like 11, or 11q, not "${text}"`);
  return { rid: Number(rid) as Rid, quorum: quorum === "q" };
}

const AGENTS = ["honest", "absent", "failing", "lying", "complaining"] as const;

/** `mounts=3 slots=3 hosts=1 hb=10s agent=honest slow=0s delay=1s run=force-unmount seed=1`,
 *  and `variant=ID,ID`. */
function cluster(c: ScnCommand): Built {
  const mounts = numberArg(c, "mounts", 3);
  const options: ClusterOptions = {
    seed: textArg(c, "seed", "1"),
    mounts,
    slots: numberArg(c, "slots", mounts),
    hosts: numberArg(c, "hosts", 1),
    variants: listArg(c, "variant", []).map(variantOf),
    heartbeatTimeoutMs: durationArgUs(c, "hb", 10_000_000) / 1000,
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
      remount: (command) => w.peekMount(remount(w, options, nth(command))).name,
      "mount-all": () => {
        for (let n = 0; n < mounts; n++) start(w, n, "mount");
        return "";
      },
    },
  };
}

export const worlds: Readonly<Record<string, Builder>> = { cluster, slice };
