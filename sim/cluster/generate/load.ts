// What the load of a plan is drawn from, and the steps that it is. People share a few hot files, so
// that mounts meet at them, and write and read them in bursts or throughout the plan: then there is
// something to lose in whatever happens meanwhile. They visit many cold files, each with a lock
// that nobody else wants, so that locks stay idle. Other files come and go: each is opened while it
// is there, on this mount and others, and unlinked, perhaps while it is still open. A kind of call
// is left out of a plan at random, so that no kind always hides another.

import { MAX_TIMES, type PlanStep } from "../plan/types.ts";
import { choice, constant, type Gen, integer, list, oneOf, record, sometimes } from "./gen.ts";
import { after, MS, mount, SECOND, type When, when } from "./when.ts";

/** So many inodes have one lock. */
const LOCK_INODES = 1024;
const HOT = 2;
const COLD = 100 * LOCK_INODES;
/** A cold work is about so many files. */
const COLD_EACH = 12;
/** The numbers of files that come and go: so many for each story. */
const STORY = 10;
const FIRST_STORY = 100;

/** The smallest that the mount option may be. */
export const FEWEST_IDLE = 32;
/** So many mounts are all: more than that make a plan dear and meet nothing else. */
const MANY = 5;

interface Pace {
  readonly times: Gen<number>;
  readonly everyUs: Gen<number>;
  readonly lasts: Gen<boolean>;
}
const kinds = oneOf(
  ...(["write-file", "read-file", "write-file", "read-file", "read-file"] as const),
  ...(["rename-files", "sync", "statfs", "use-two-inodes"] as const),
);
type Kind = NonNullable<typeof kinds.sample>;

/** Calls of one kind on one mount, on two that then meet, or on all. */
const work = ({ times, everyUs, lasts }: Pace) =>
  record({
    ...{ when, after, n: mount },
    who: oneOf("one", "two", "all"),
    what: kinds,
    /** One of the hot files, all of them in turn, or a cold one. */
    files: oneOf("one", "all", "one", "all", "cold"),
    first: integer(0, 3),
    other: integer(0, 3),
    ...{ lasts, times, everyUs },
    forUs: oneOf(0, MS, SECOND),
  });
type Work = NonNullable<ReturnType<typeof work>["sample"]>;

/** How many mounts on from the one that created a file, and how long after it is there. */
const far = integer(0, 3);
const opening = record({
  far,
  afterUs: oneOf(20 * MS, SECOND / 5, 2 * SECOND),
  forUs: oneOf(0, SECOND, 5 * SECOND, 5 * SECOND),
});
/** What goes is asked for while it goes: at the unlink, or when whoever had it open lets go. */
const again = record({
  upon: oneOf("unlink", "close"),
  far,
  afterUs: choice([2, integer(0, MS)], [2, integer(0, 20 * MS)], [1, integer(0, SECOND)]),
  forUs: oneOf(0, SECOND),
});
const story = record({
  ...{ when, after, n: mount },
  /** Created while all is well, and used when something happens. */
  early: oneOf(false, true, true),
  count: oneOf(1, 1, 4, STORY),
  everyUs: oneOf(0, 10 * MS, SECOND / 5),
  forUs: oneOf(0, SECOND / 5, SECOND, 5 * SECOND),
  opens: list(opening, 0, 4),
  /** Counted from the last that opens it. */
  removed: record({ far, afterUs: oneOf(10 * MS, SECOND / 5, SECOND, 10 * SECOND) }),
  again: list(again, 0, 2),
  group: oneOf(0, 0, 1),
});
type Story = NonNullable<typeof story.sample>;

/** More cold files than a mount keeps idle locks of that is told to keep few: it gives the oldest
 *  back. Then somebody reads them all, and a hot one; or another mount reads each just as it is
 *  given back. */
const walk = record({
  ...{ when, after, n: mount },
  what: oneOf("read-file", "write-file", "write-file"),
  files: integer(FEWEST_IDLE + 1, 2 * FEWEST_IDLE),
  far: oneOf(0, 1),
  behind: sometimes(330, integer(0, 2)),
  everyUs: oneOf(MS, 0, 20 * MS),
});
type Walk = NonNullable<typeof walk.sample>;

interface Without {
  readonly renames: boolean;
  readonly syncs: boolean;
  readonly statfs: boolean;
  readonly pairs: boolean;
}
export interface Load {
  readonly hot: number;
  readonly apart: number;
  readonly without: Without;
  readonly works: readonly Work[];
  readonly stories: readonly Story[] | undefined;
  readonly walks: readonly Walk[] | undefined;
  readonly orphanScanDelayMs: number | undefined;
}

const loadOf = (pace: Pace): Gen<Load> =>
  record({
    hot: integer(1, 4),
    /** All hot files have one lock, or each has its own. */
    apart: oneOf(1, LOCK_INODES),
    without: record({
      renames: oneOf(false, true),
      syncs: oneOf(false, true),
      statfs: oneOf(false, true),
      pairs: oneOf(false, true),
    }),
    works: list(work(pace), 0, 6),
    stories: sometimes(500, list(story, 1, 4)),
    walks: sometimes(250, list(walk, 1, 2)),
    orphanScanDelayMs: sometimes(700, oneOf(10_000, 2000, 500)),
  });

const light = loadOf({
  times: oneOf(1, 1, 2, 5),
  everyUs: oneOf(0, 10 * MS, SECOND),
  lasts: oneOf(false, false, true),
});
const heavy = loadOf({
  times: oneOf(1, 5, 20, 50),
  everyUs: oneOf(0, MS, 20 * MS, SECOND / 5),
  lasts: oneOf(false, true),
});

export const load = choice<Gen<Load | undefined>>([6, constant(undefined)], [3, light], [1, heavy]);

// ---- the steps ---------------------------------------------------------------------------------

/** Gives what was drawn its time and place. */
export interface Places {
  readonly mounts: number;
  readonly endUs: number;
  at(one: { readonly when: When; readonly after: number }): number;
  mount(drawn: number, one: { readonly after: number }): number;
}
interface Files {
  readonly ino: number;
  readonly apart: number;
  readonly among?: number;
}
interface Calls {
  readonly atUs: number;
  readonly n: number;
  readonly times: number;
  readonly everyUs: number;
}

/** When the first mounts are there, as a rule. */
const SETTLED_US = 3 * SECOND;
/** Between two calls throughout a plan. */
const LASTING_US = SECOND / 2;
const STORY_GAP_US = 50 * MS;

const hotFile = ({ hot, apart }: Load, nth: number): number => HOT + (nth % hot) * apart;

function filesOf(load: Load, { files, first }: Work): Files {
  const ino = hotFile(load, first);
  if (files === "one") return { ino, apart: 0 };
  if (files === "all") return { ino: HOT, apart: load.apart, among: load.hot };
  return {
    ino: COLD + (first % 2) * COLD_EACH * LOCK_INODES,
    apart: LOCK_INODES,
    among: COLD_EACH,
  };
}

/** In place of the mount whose server runs then, the first: there is no next one after that. */
const elsewhere = (p: Places, n: number, on: number): number => (Math.max(n, 0) + on) % p.mounts;

function mountsOf(p: Places, { who, n: drawn, after: of }: Work): number[] {
  const n = p.mount(drawn, { after: of });
  if (who === "one" || p.mounts === 1) return [n];
  const count = who === "two" ? 2 : Math.min(MANY, p.mounts);
  return [n, ...Array.from({ length: count - 1 }, (_, i) => elsewhere(p, n, i + 1))];
}

function workStep(load: Load, one: Work, calls: Calls): PlanStep {
  const { what, forUs } = one;
  const files = filesOf(load, one);
  const other = hotFile(load, one.other);
  switch (what) {
    case "sync":
    case "statfs":
      return { do: what, ...calls };
    case "read-file":
    case "write-file":
      return { do: what, ...calls, ...files };
    case "rename-files":
      return { do: what, ...calls, ...files, other };
    case "use-two-inodes":
      return { do: what, ...calls, ...files, other, forUs };
  }
}

const isLeftOut = ({ without: no }: Load, what: Kind): boolean =>
  (no.renames && what === "rename-files") ||
  (no.syncs && what === "sync") ||
  (no.statfs && what === "statfs") ||
  (no.pairs && what === "use-two-inodes");

function workSteps(p: Places, load: Load, one: Work): PlanStep[] {
  if (isLeftOut(load, one.what)) return [];
  const lasting = Math.min(MAX_TIMES, Math.floor((p.endUs - SETTLED_US) / LASTING_US));
  const calls = one.lasts
    ? { atUs: SETTLED_US, times: lasting, everyUs: LASTING_US }
    : { atUs: p.at(one), times: one.times, everyUs: one.everyUs };
  return mountsOf(p, one).map((n) => workStep(load, one, { ...calls, n }));
}

/** Every hot file is written once before anybody reads it. */
function firstWrites(load: Load): PlanStep {
  const files = { ino: HOT, apart: load.apart, among: load.hot };
  const calls = { times: load.hot, everyUs: 10 * MS };
  return { atUs: SETTLED_US - SECOND / 2, do: "write-file", n: -1, ...files, ...calls };
}

function storySteps(p: Places, one: Story, nth: number): PlanStep[] {
  const meantUs = p.at(one);
  const createUs = one.early ? SETTLED_US + nth * STORY_GAP_US : meantUs;
  const atUs = Math.max(meantUs, createUs);
  const n = p.mount(one.n, one);
  const ino = FIRST_STORY + nth * STORY + one.group * LOCK_INODES;
  const calls = { ino, apart: 1, times: one.count, everyUs: one.everyUs };
  let lastUs = atUs;
  const opens = one.opens.map((o): PlanStep => {
    lastUs = Math.max(lastUs, atUs + o.afterUs);
    const openUs = atUs + o.afterUs;
    return { atUs: openUs, do: "open-inode", n: elsewhere(p, n, o.far), ...calls, forUs: o.forUs };
  });
  const removeUs = lastUs + one.removed.afterUs;
  const remover = elsewhere(p, n, one.removed.far);
  const closedUs = Math.max(removeUs, ...one.opens.map((o) => atUs + o.afterUs + o.forUs));
  const agains = one.again.map(({ upon, far: on, afterUs, forUs }): PlanStep => {
    const againUs = (upon === "close" ? closedUs : removeUs) + afterUs;
    return { atUs: againUs, do: "open-inode", n: elsewhere(p, n, on), ...calls, forUs };
  });
  return [
    { atUs: createUs, do: "create-inode", n, ...calls, forUs: one.forUs },
    ...opens,
    { atUs: removeUs, do: "unlink-inode", n: remover, ...calls },
    ...agains,
  ];
}

function walkSteps(p: Places, load: Load, one: Walk): PlanStep[] {
  const { what, files: times, everyUs } = one;
  const atUs = p.at(one);
  const n = p.mount(one.n, one);
  const far = one.behind === undefined ? one.far : 1;
  const reader = far === 0 ? n : elsewhere(p, n, far);
  const cold = { ino: COLD, apart: LOCK_INODES, times, everyUs };
  const hot = { ino: hotFile(load, 0), apart: 0, times: 1, everyUs: 0 };
  const againUs = atUs + (one.behind === undefined ? times : FEWEST_IDLE + one.behind) * everyUs;
  return [
    { atUs, do: what, n, ...cold },
    { atUs: againUs, do: "read-file", n: reader, ...cold },
    { atUs: againUs + times * everyUs, do: what, n, ...hot },
  ];
}

export function loadSteps(p: Places, one: Load): PlanStep[] {
  const works = one.works.flatMap((w) => workSteps(p, one, w));
  return [
    ...(works.length === 0 ? [] : [firstWrites(one)]),
    ...works,
    ...(one.stories ?? []).flatMap((s, nth) => storySteps(p, s, nth)),
    ...(one.walks ?? []).flatMap((w) => walkSteps(p, one, w)),
  ];
}
