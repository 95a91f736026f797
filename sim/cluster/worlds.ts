// The worlds that a scenario's first command can build, by name.

import type { Rid } from "../../src/core/index.ts";
import { listArg, numberArg, type ScnCommand, textArg } from "../report/scn.ts";
import { UserError } from "../report/user-error.ts";
import type { AnyWorld, Builder } from "./any-world.ts";
import { type SliceClient, sliceWorld } from "./slice.ts";

/** `clients=11,12q recovering=12 slots=3`: clients by rid, a q marks a quorum member. */
function slice(c: ScnCommand): AnyWorld {
  const clients = listArg(c, "clients", []).map(clientOf);
  const recovering = listArg(c, "recovering", []).map((text) => clientOf(text).rid);
  const w = sliceWorld({
    clients,
    recovering,
    slots: numberArg(c, "slots", 3),
    seed: textArg(c, "seed", "1"),
  });
  w.runFor(100);
  return w as unknown as AnyWorld;
}

function clientOf(text: string): SliceClient {
  const [, rid, quorum] = /^(\d+)(q?)$/.exec(text) ?? [];
  if (rid === undefined) throw new UserError(`a client is a rid like 11, or 11q, not "${text}"`);
  return { rid: Number(rid) as Rid, quorum: quorum === "q" };
}

export const worlds: Readonly<Record<string, Builder>> = { slice };
