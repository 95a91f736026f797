// FNC4: the agent reports an error only for a target that still lives, success only for one that
// can no longer write, and acts only on the rid that it was asked to isolate.
//
// A target lives from its mount to the end of its unmount or the death of its host, and can write
// until its forced unmount has begun. An answer that found its request gone changes nothing. The
// recordings show neither what the agent was asked nor for whom it answered.

import { fieldsOf, kindOf, wanted } from "./entries.ts";
import type { EntryMonitor, Judge } from "./types.ts";

type Life = "mounts" | "writes" | "leaves" | "isolated" | "gone";

interface State {
  ridOf: Record<number, number>;
  lives: Record<number, Life>;
  /** The rids that some server has asked for. */
  asked: Record<number, true>;
}
interface Agent {
  /** 16 hexadecimal digits, or empty. */
  readonly rid: string;
  readonly request?: string;
  readonly file?: "fenced" | "error";
  readonly written?: boolean;
}

const HEX = 16;

/** Why its host's mount table did not show it. */
const reasons: Partial<Record<Life, string>> = {
  mounts: ": its own mount is still under way",
  leaves: ": its own unmount is under way",
};

function judgeAnswer(s: State, a: Agent, judge: Judge): void {
  const target = Number.parseInt(a.request ?? "", HEX);
  const life = s.lives[target];
  if (a.written !== true || life === undefined) return;
  const canWrite = life !== "isolated" && life !== "gone";
  if (a.file === "error" && !canWrite) {
    judge.violate(`rid ${target}`, `the agent reports an error, and its target is ${life}`);
  } else if (a.file === "fenced" && canWrite) {
    const why = reasons[life] ?? "";
    judge.violate(
      `rid ${target}`,
      `the agent reports success, and its target can still write${why}`,
    );
  }
}

export const fnc4: EntryMonitor<State> = {
  promise: "FNC4",
  wants: wanted(
    ...["incarnation", "mounted", "unmounting", "umount_begin_forced", "unmounted", "dead"],
    "fence_start",
    ...["agent.fence", "agent.answer"],
  ),
  start: () => ({ ridOf: {}, lives: {}, asked: {} }),
  on(entry, s, judge) {
    const rid = fieldsOf(entry).rid ?? 0;
    const own = s.ridOf[entry.mount];
    switch (kindOf(entry)) {
      case "incarnation":
        s.ridOf[entry.mount] = rid;
        s.lives[rid] = "mounts";
        break;
      case "mounted":
        if (fieldsOf(entry).error !== undefined) s.lives[rid] = "gone";
        else if (s.lives[rid] === "mounts") s.lives[rid] = "writes";
        break;
      case "unmounting":
        if (own !== undefined && s.lives[own] !== "isolated") s.lives[own] = "leaves";
        break;
      case "umount_begin_forced":
        if (own !== undefined) s.lives[own] = "isolated";
        break;
      case "unmounted":
      case "dead":
        if (own !== undefined) s.lives[own] = "gone";
        break;
      case "fence_start":
        s.asked[rid] = true;
        break;
      case "agent.fence": {
        const a = entry.data as Agent;
        if (s.asked[Number.parseInt(a.rid, HEX)] !== true) {
          judge.violate("agent", `the agent acts on rid "${a.rid}", which nobody asked for`);
        }
        break;
      }
      case "agent.answer":
        judgeAnswer(s, entry.data as Agent, judge);
        break;
    }
  },
};
