// LIVE: whatever is asked for comes to an end in bounded time while the environment is fair. What
// can be asked for is in the table of obligations, each with its bound and where that comes from.
//
// The clock of an obligation runs from when it was opened, or from when the environment became fair
// if that was later. In the last phase of a run nothing disturbs the cluster any more, so all that
// is open then has to close before the end.

import { wanted } from "./entries.ts";
import { type Fairness, fairness, fairnessKinds, follow } from "./fairness.ts";
import { obligations } from "./obligations/all.ts";
import type { Change, Obligation } from "./obligations/types.ts";
import type { EntryMonitor, Judge, Seen } from "./types.ts";

interface Open {
  readonly name: string;
  readonly mount: number;
  readonly of: number;
  /** When it was opened, or what it waits behind has closed. */
  from: number;
}
interface State {
  readonly fair: Fairness;
  open: Open[];
  /** Before that nothing can be overdue: most entries come before it. */
  lookAt: number;
}

const PERIOD_US = 1_000_000;
const NEVER = Number.MAX_SAFE_INTEGER;

/** From when on it has been owed; `NEVER`: it is not owed now. */
function owedFrom(s: State, o: Open, kind: Obligation): number {
  const { fairAt, steadyAt } = s.fair;
  const since = kind.while === "fair" ? fairAt : steadyAt;
  const isAhead = ({ name, mount }: Open) => mount === o.mount && kind.behind?.includes(name);
  return since < 0 || s.open.some(isAhead) ? NEVER : Math.max(since, o.from);
}

const dueAt = (s: State, o: Open, kind: Obligation): number =>
  owedFrom(s, o, kind) + kind.boundUs(s.fair);

const byName = new Map(obligations.map((o) => [o.name, o]));

/** What waited behind the one that has closed. */
function beginAnew(s: State, closed: string, mount: number, at: number): void {
  for (const o of s.open) {
    if (o.mount !== mount || !byName.get(o.name)?.behind?.includes(closed)) continue;
    o.from = at;
    s.lookAt = Math.min(s.lookAt, at);
  }
}

function change(s: State, kind: Obligation, made: Change, at: number): void {
  const { name } = kind;
  const of = made.of;
  if ("opens" in made) {
    const isIt = (o: Open) => o.name === name && o.mount === made.opens && o.of === made.of;
    if (s.open.some(isIt)) return;
    const opened = { name, mount: made.opens, of: made.of, from: at };
    s.open.push(opened);
    s.lookAt = Math.min(s.lookAt, dueAt(s, opened, kind));
    return;
  }
  const ends = (o: Open) =>
    o.name === name && o.mount === made.closes && (of === undefined || o.of === of);
  const left = s.open.filter((o) => !ends(o));
  const hasClosed = left.length < s.open.length;
  s.open = left;
  if (hasClosed) beginAnew(s, name, made.closes, at);
}

function overdue(s: State, now: number, judge: Judge): void {
  s.lookAt = NEVER;
  for (const o of s.open) {
    const kind = byName.get(o.name);
    if (kind === undefined) continue;
    const due = dueAt(s, o, kind);
    if (now <= due) {
      s.lookAt = Math.min(s.lookAt, due);
      continue;
    }
    const what = o.of === 0 ? o.name : `${o.name} (${o.of})`;
    const words = `mount ${o.mount}'s ${what} has not ended, and was owed for`;
    judge.violate(o.name, `${words} ${Math.round((now - owedFrom(s, o, kind)) / PERIOD_US)} s`);
    s.open = s.open.filter((other) => other !== o);
  }
}

/** `dead`: nothing is owed to who is gone. The others want no mount, but the passing of time. */
const own = ["dead", "quorum_loop", "calm"];
/** Fairness, and with it all that is owed, may be another one after these. */
const movesBounds: ReadonlySet<string> = new Set(wanted(...fairnessKinds));
const byKind = new Map<string, Obligation[]>();
for (const obligation of obligations) {
  for (const kind of wanted(...obligation.wants)) {
    byKind.set(kind, [...(byKind.get(kind) ?? []), obligation]);
  }
}

function onEntry(entry: Seen, s: State): void {
  const isOpen = (name: string, mount: number): boolean =>
    s.open.some((o) => o.name === name && o.mount === mount);
  for (const obligation of byKind.get(entry.kind) ?? []) {
    const made = obligation.on(entry, s.fair, isOpen);
    if (made !== undefined) change(s, obligation, made, entry.at);
  }
  if (entry.kind === "dead") s.open = s.open.filter(({ mount }) => mount !== entry.mount);
}

export const live: EntryMonitor<State> = {
  promise: "LIVE",
  wants: [...new Set([...wanted(...fairnessKinds, ...own), ...byKind.keys()])],
  start: () => ({ fair: fairness(), open: [], lookAt: NEVER }),
  on(entry, s, judge) {
    if (entry.at > s.lookAt) overdue(s, entry.at, judge);
    follow(s.fair, entry);
    onEntry(entry, s);
    if (movesBounds.has(entry.kind)) s.lookAt = entry.at - 1;
  },
  quiet(s, judge) {
    overdue(s, judge.now, judge);
  },
};
