// Steps that commute with whatever else a mount may do are not worth trying in every order: they
// are done at once. Which do not commute is listed: the steps by which the tasks of a mount learn
// of one another. A step that is missing here can only make the search miss an order and reject
// what it should accept, never accept more.

import { type Event, Kind } from "../../engine/event.ts";
import { type Clock, perform } from "./step.ts";
import { ME, type TwinWorld } from "./world.ts";

type Question = (w: TwinWorld) => boolean;

/** Whether some task is about to do one of these steps. */
const next =
  (...steps: readonly string[]): Question =>
  (w) =>
    w.peekMount(ME).tasks.some((task) => {
      const top = task?.frames[task.frames.length - 1];
      return top !== undefined && steps.includes(`${top.program} @ ${top.label}`);
    });
/** Whether a work item is queued or runs. */
const busy =
  (work: string): Question =>
  (w) => {
    const item = w.peekMount(ME).works.get(work);
    return item !== undefined && (item.pending || item.running !== -1);
  };
/** Whether a task runs the program, be it called by another. */
const within =
  (...programs: readonly string[]): Question =>
  (w) =>
    w
      .peekMount(ME)
      .tasks.some((task) => task?.frames.some((f) => programs.includes(f.program)) === true);
const any =
  (...questions: readonly Question[]): Question =>
  (w) =>
    questions.some((isSo) => isSo(w));

const always: Question = () => true;
const statusMoves = next(
  "scoutfs_server_worker @ up",
  ...["stop_server @ entry", "stop_server @ look", "stop_server @ swap"],
  ...["server_down @ look", "server_down @ swap"],
);
const flagMoves = next(
  "scoutfs_quorum_destroy @ shutdown",
  "scoutfs_umount_begin @ entry",
  "scoutfs_umount_begin @ begin",
);
const asks = within("twin farewell");
/** When a step races with another task's. */
const racing: Readonly<Record<string, Question>> = {
  "scoutfs_quorum_worker @ loop": flagMoves,
  "scoutfs_quorum_worker @ campaign": statusMoves,
  "scoutfs_quorum_worker @ checkUp": statusMoves,
  "scoutfs_quorum_worker @ checkRunning": statusMoves,
  "scoutfs_quorum_worker @ checkDown": statusMoves,
  "scoutfs_quorum_worker @ leave": statusMoves,
  "scoutfs_quorum_destroy @ shutdown": always,
  "scoutfs_umount_begin @ begin": always,
  "scoutfs_server_worker @ up": always,
  "stop_server @ look": always,
  "stop_server @ swap": always,
  "server_down @ look": always,
  "server_down @ swap": always,
  "queue_farewell_work @ look": statusMoves,
  "queue_farewell_work @ queue": any(statusMoves, busy("farewell_worker")),
  "queue_reclaim_work @ look": statusMoves,
  "farewell_worker @ take": asks,
  "farewell_worker @ giveBack": asks,
  "farewell_worker @ delay": within("scoutfs_recov_finish"),
  "reclaim_worker @ next": within("fenced_store"),
  "scoutfs_recov_finish @ finish": within("scoutfs_recov_finish", "recov_timer_callback"),
  "twin farewell @ add": always,
};

/** A task that runs does its next step within this; of some the C does much before, and before
 *  those without a bound it syncs, waits for users of the mount, and takes its parts down. */
const stepUs = 5_000;
const slow: Readonly<Record<string, number>> = {
  "scoutfs_quorum_destroy @ shutdown": 900_000,
  "scoutfs_client_destroy @ entry": Number.POSITIVE_INFINITY,
  "scoutfs_server_worker @ up": 200_000,
  "server_down @ look": 200_000,
  "server_down @ swap": 200_000,
};

/** Set while a twin is tried again after a rejection: then all steps that may race are taken to,
 *  and tasks may be slow. */
export const patience = { on: false };
const PATIENT = 20;

/** Steps that were seen to show something: they are never done at once. Learned, for all twins. */
const showing = new Set<string>();

/** Where the task of a run event will go on. */
function placeOf(w: TwinWorld, e: Event): { program: string; label: string } | undefined {
  if (e.kind === Kind.work) {
    const program = String(e.body).split("#")[0] ?? "";
    return { program, label: w.tables.programs.get(program)?.start ?? "" };
  }
  if (e.kind !== Kind.run) return undefined;
  const task = w.peekMount(ME).tasks[e.who];
  const top = task?.frames[task.frames.length - 1];
  if (task === undefined || top === undefined) return undefined;
  const { park } = task;
  const label = park !== undefined && "then" in park ? park.then : top.label;
  return { program: top.program, label };
}

function isEager(w: TwinWorld, e: Event, clock: Clock): boolean {
  if (e.kind === Kind.io) return true;
  const place = placeOf(w, e);
  if (place === undefined) return false;
  const name = `${place.program} @ ${place.label}`;
  if (showing.has(name)) return false;
  const races = racing[name];
  if (races === undefined) return true;
  const bound = slow[name] ?? (patience.on ? PATIENT * stepUs : stepUs);
  return clock.at - e.at > bound || !(patience.on || races(w));
}

/** Nothing that was recorded took a task longer from one record to the next without a wait, and
 *  nothing queued or timed longer until it began. */
const overdueUs = 1_000_000;
const notBegunUs = 3_000_000;

/** The place of a task that should have gone on long before. */
export function overdue(w: TwinWorld, at: number): string | undefined {
  for (const e of w.pendingEvents()) {
    const late = at - e.at;
    if (late <= overdueUs) return undefined;
    if (late <= (e.kind === Kind.run ? overdueUs : notBegunUs)) continue;
    if (e.kind === Kind.timer && e.body !== "reclaim_worker") return String(e.body);
    if (e.kind === Kind.timeout) return "a wait that had timed out";
    const place = placeOf(w, e);
    const name = `${place?.program} @ ${place?.label}`;
    if (place !== undefined && slow[name] !== Number.POSITIVE_INFINITY) return name;
  }
  return undefined;
}

/** The world after everything that commutes; it may be another object than the one given. */
export function settle(w: TwinWorld, clock: Clock): TwinWorld {
  let now = w;
  for (;;) {
    let eager = now.pendingEvents().find((e) => isEager(now, e, clock));
    if (eager === undefined) return now;
    const backup = now.clone();
    while (eager !== undefined) {
      const place = placeOf(now, eager);
      if (perform(now, eager, clock).length > 0) {
        if (place === undefined) throw new Error("an I/O showed something: probe a step instead");
        showing.add(`${place.program} @ ${place.label}`);
        break;
      }
      eager = now.pendingEvents().find((e) => isEager(now, e, clock));
    }
    if (eager === undefined) return now;
    now = backup;
  }
}
