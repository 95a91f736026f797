// What a delayed event brings, in the words of scoutfs: a message by its name and its way, a step
// of a program, a block.

import { hostOf } from "../../../src/core/index.ts";
import type { NetMessage } from "../../../src/net/types.ts";
import type { QuorumMessage } from "../../../src/quorum/types.ts";
import { Kind } from "../../engine/event.ts";
import type { Scheduled } from "../../engine/machine.ts";
import { sayEvent } from "../../explain/events.ts";
import type { ClusterWorld } from "../world/types.ts";

const nameOf = (w: ClusterWorld, mount: number): string =>
  mount < 0 ? "nobody" : w.peekMount(mount).name;

export function sayDelay(w: ClusterWorld, e: Scheduled): string {
  switch (e.kind) {
    case Kind.stream:
      return saySegment(w, e);
    case Kind.datagram:
      return sayDatagram(w, e);
    case Kind.io:
      return `${e.body === "land" ? "the effect" : "the end"} of ${plain(w, e)}`;
    default:
      return `the start of ${plain(w, e)}`;
  }
}

/** `write quorum.0 of update_quorum_block @ write on m1`: of programs that call one another the
 *  innermost. */
function plain(w: ClusterWorld, e: Scheduled): string {
  const said = sayEvent(w, { ...e, at: 0, by: 0, order: 0, cause: 0 });
  const what = said.replace(/^\S+ /, "").replace(/\S+ @ \S+ > /g, "");
  return `${what} on ${nameOf(w, e.mount)}`;
}

function saySegment(w: ClusterWorld, { who, body }: Scheduled): string {
  const { what, end, message } = body as {
    readonly what: string;
    readonly end: 0 | 1;
    readonly message?: NetMessage;
  };
  const ends = w.peekNet().streams[who]?.ends;
  const at = (side: 0 | 1) => {
    const { mount, host } = ends?.[side] ?? { mount: -1, host: -1 };
    return mount < 0 ? `host ${host}` : nameOf(w, mount);
  };
  const way = `from ${at(end === 0 ? 1 : 0)} to ${at(end)}`;
  if (message === undefined) return `the ${what} of the stream ${way}`;
  return `the ${message.cmd} ${message.response ? "response" : "request"} ${way}`;
}

function sayDatagram(w: ClusterWorld, { mount, body }: Scheduled): string {
  const flight = body as {
    readonly to: Parameters<typeof hostOf>[0];
    readonly body: QuorumMessage;
  };
  const { type, term, from } = flight.body;
  const to = mount < 0 ? `host ${hostOf(flight.to)}` : nameOf(w, mount);
  return `the ${type} of term ${term} from slot ${from} to ${to}`;
}
