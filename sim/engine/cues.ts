// Actions of the plan that wait for something to happen: what is recorded, so many times more, and
// the action comes a while after it. Times alone hardly ever let two things meet that both take a
// moment. The list is replaced, never changed, so that clones share it.

import type { Protocol } from "../../src/core/index.ts";
import { Kind } from "./event.ts";
import type { World } from "./world.ts";

export interface Cue {
  /** Of the entry that it waits for. */
  readonly kind: string;
  /** So many of them pass first. */
  readonly skip: number;
  readonly afterUs: number;
  readonly action: { readonly do: string };
}

/** What the action is told of the entry: where it was, and the rid in it. */
export interface Cued {
  readonly cued: { readonly mount: number; readonly rid: number };
}

export function planUpon<P extends Protocol>(w: World<P>, cue: Cue): void {
  w.cues = [...w.cues, cue];
}

/** Something was recorded: whatever waits for it is put into the plan. */
export function hear<P extends Protocol>(
  w: World<P>,
  kind: string,
  { mount, data }: { readonly mount: number; readonly data: object },
): void {
  if (!w.cues.some((cue) => cue.kind === kind)) return;
  const { rid = 0 } = data as { readonly rid?: number };
  const left: Cue[] = [];
  for (const cue of w.cues) {
    if (cue.kind !== kind) left.push(cue);
    else if (cue.skip > 0) left.push({ ...cue, skip: cue.skip - 1 });
    else {
      const body: Cue["action"] & Cued = { ...cue.action, cued: { mount, rid } };
      w.scheduleAfter({ kind: Kind.plan, mount: -1, who: 0, gen: 0, body }, cue.afterUs);
    }
  }
  w.cues = left;
}
