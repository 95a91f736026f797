// Which steps of the tasks of a mount race: those by which they learn of one another. A step that
// is missing here can only make the search miss an order and reject what it should accept, never
// accept more.

import { connNumber, connOf } from "../../../src/net/connections.ts";
import type { Event } from "../../engine/event.ts";
import type { Task } from "../../engine/state/state.ts";
import { receiverOf } from "./messages.ts";
import { ME } from "./slots.ts";
import type { TwinWorld } from "./world.ts";

type Question = (w: TwinWorld, e?: Event) => boolean;

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
const isWithin = (task: Task | undefined, programs: readonly string[]): boolean =>
  task?.frames.some((f) => programs.includes(f.program)) === true;
/** Whether a task runs the program, be it called by another. */
export const within =
  (...programs: readonly string[]): Question =>
  (w) =>
    w.peekMount(ME).tasks.some((task) => isWithin(task, programs));
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
const twoGreet: Question = (w) => {
  const greets = w.peekMount(ME).tasks.filter((task) => isWithin(task, ["server_greeting"]));
  return greets.length > 1;
};
/** Whether a send worker may collect, or end, before the message of that task is there. What a twin
 *  submits itself is due. */
const isCollected: Question = (w, e) => {
  const m = w.peekMount(ME);
  const frames = m.tasks[e?.who ?? -1]?.frames ?? [];
  const args = frames.at(-1)?.locals.args;
  const to = args === undefined || frames.length === 1 ? undefined : receiverOf(w, args);
  const item = to === undefined ? undefined : m.works.get(`${SENDER}#${connNumber(to)}`);
  if (to === undefined || item === undefined) return false;
  if (item.running !== -1) return true;
  const { sendQueue } = connOf(m.state, to);
  return item.pending && sendQueue.some(({ dead }) => !dead);
};
const SENDER = "scoutfs_net_send_worker";
export const SETTLE = `${SENDER} @ settle`;
export const greets = within("scoutfs_net_server_greeting");
/** When a step races with another task's. */
export const racing: Readonly<Record<string, Question>> = {
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
  "farewell_worker @ take": within("server_farewell"),
  "farewell_worker @ giveBack": within("server_farewell"),
  "farewell_worker @ delay": within("scoutfs_recov_finish"),
  "reclaim_worker @ next": within("fenced_store"),
  "scoutfs_recov_finish @ finish": within("scoutfs_recov_finish", "recov_timer_callback"),
  "server_hold_commit @ enter": always,
  "server_hold_commit @ held": always,
  "server_apply_commit @ leave": always,
  [SETTLE]: always,
  "submit_send @ queue": isCollected,
  "scoutfs_net_proc_worker @ response": always,
  "scoutfs_net_recv_worker @ acknowledge": always,
  "scoutfs_net_connect @ wait": always,
  "scoutfs_client_destroy @ stopQueueing": always,
  "server_farewell @ add": always,
  "scoutfs_net_shutdown @ shut": always,
  "scoutfs_net_server_greeting @ greet": next(SETTLE),
  "server_greeting @ queueFarewells": any(busy("farewell_worker"), twoGreet),
};

/** Of steps that race: the programs that they race with; all where none are named. */
const status = ["scoutfs_quorum_worker", "scoutfs_server_worker", "stop_server", "server_down"];
const looks = [...status, "queue_farewell_work", "queue_reclaim_work"];
const commits = ["server_hold_commit", "server_apply_commit", "scoutfs_server_commit_func"];
export const rivals: Readonly<Record<string, readonly string[]>> = {
  "scoutfs_server_worker @ up": looks,
  "stop_server @ look": looks,
  "stop_server @ swap": looks,
  "server_down @ look": looks,
  "server_down @ swap": looks,
  [SETTLE]: [
    ...["scoutfs_net_send_worker", "scoutfs_net_proc_worker", "scoutfs_net_recv_worker"],
    "scoutfs_net_server_greeting",
  ],
  "submit_send @ queue": [SENDER],
  "scoutfs_net_proc_worker @ response": [SENDER],
  "scoutfs_net_recv_worker @ acknowledge": [SENDER],
  "scoutfs_net_connect @ wait": ["scoutfs_net_connect_worker", "scoutfs_net_shutdown_worker"],
  "server_greeting @ queueFarewells": ["farewell_worker", "server_greeting"],
  "queue_farewell_work @ queue": [...status, "farewell_worker"],
  "scoutfs_net_shutdown @ shut": ["scoutfs_net_shutdown_worker"],
  "server_farewell @ add": ["server_farewell", "farewell_worker"],
  "scoutfs_client_destroy @ stopQueueing": [
    ...["scoutfs_net_shutdown_worker", "scoutfs_client_connect_worker"],
  ],
  "server_hold_commit @ enter": commits,
  "server_hold_commit @ held": commits,
  "server_apply_commit @ leave": commits,
};
/** A task that runs does its next step within this; of some the C does much before, and before
 *  those without a bound it syncs, waits for users of the mount, and takes its parts down. */
export const stepUs = 5_000;
export const slow: Readonly<Record<string, number>> = {
  "scoutfs_quorum_destroy @ shutdown": 900_000,
  "scoutfs_client_destroy @ entry": Number.POSITIVE_INFINITY,
  "scoutfs_server_worker @ up": 200_000,
  "server_hold_commit @ enter": 200_000,
  "server_hold_commit @ held": 200_000,
  "server_apply_commit @ leave": 200_000,
  "server_greeting @ queueFarewells": 100_000,
  "scoutfs_net_connect @ wait": 100_000,
  "scoutfs_client_destroy @ stopQueueing": 100_000,
  "scoutfs_net_shutdown @ shut": Number.POSITIVE_INFINITY,
  "server_down @ look": 200_000,
  "server_down @ swap": 200_000,
};
