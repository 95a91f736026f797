// The clock of the quorum worker between two of its records: see clock.ts for what the recording
// tells of it.

import { readingAfter, readingBefore } from "./clock.ts";
import { twinKinds } from "./kinds.ts";
import type { Clock } from "./step.ts";
import type { Item } from "./timeline.ts";
import { used } from "./tolerances.ts";
import type { TwinOptions } from "./world.ts";

interface Followed {
  readonly items: readonly Item[];
  readonly o: TwinOptions;
}

export function firstClock({ items, o }: Followed, at: number): Clock {
  const first = items.find((i) => i.of === "own" && twinKinds[i.kind]?.worker === true);
  const { timeout } = nextTurn(items, 0);
  const us = o.heartbeatTimeoutMs * 1000;
  const worker = first === undefined ? at : readingBefore(first.at, timeout, us);
  return { at, since: at, worker, timeout, ledger: o.ledger };
}

export function clockAfter({ items, o }: Followed, index: number): Clock {
  const from = items[index]?.at ?? 0;
  let to = from;
  let acts = false;
  for (let i = index + 1; i < items.length; i++) {
    const item = items[i];
    if (item?.of !== "own" || twinKinds[item.kind]?.worker !== true) continue;
    to = item.at;
    acts = item.kind === "quorum_send_message";
    break;
  }
  const { timeout, leads } = nextTurn(items, index + 1);
  const heartbeatTimeoutUs = o.heartbeatTimeoutMs * 1000;
  const due = (items[index]?.fields.timeout as number | undefined) ?? timeout;
  const window = { from, to, timeout, leads, heartbeatTimeoutUs, due, acts };
  const worker = readingAfter(window);
  if (worker !== from) used("clock between records");
  return { at: from, since: from, worker, timeout, ledger: o.ledger };
}

function nextTurn(
  items: readonly Item[],
  from: number,
): { readonly timeout: number; readonly leads: boolean } {
  for (let i = from; i < items.length; i++) {
    const item = items[i];
    if (item?.of !== "own" || item.kind !== "quorum_loop") continue;
    return { timeout: item.fields.timeout as number, leads: item.fields.role === "leader" };
  }
  return { timeout: 0, leads: false };
}
