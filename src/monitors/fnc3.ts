// FNC3: a rid is reclaimed only after it said farewell to this very server, or after this server's
// fence request for it was answered by the agent.
//
// The recordings' probe on the agent's write does not say for which rid it is: such an answer
// counts for any one request that was open at the time, and no more than once. The model says the
// rid. Either way a request's reclaim may come much later than its answer: the server that starts
// reclaims only once it is up; and one that failed is tried again.
//
// A reclaim that has succeeded uses up the request, whichever allowed it: nothing of the rid is
// left. So the request of a client that says farewell meanwhile is no reason for another, after an
// agent was sent to a host where nobody was left to isolate. A farewell is used up once it is
// answered too: whose response cannot be queued is put back and taken anew, reclaim and all
// (server.c:farewell_worker). Who reconnects sends its farewell again: one of them is answered at a
// time, and each is good for a reclaim. A run of the model tells when an answer is queued; a
// recording, only when it is sent.

import { dropServer, type Fields, fieldsOf, kindOf, reclaimed, wanted } from "./entries.ts";
import type { EntryMonitor } from "./types.ts";

interface Request {
  readonly mount: number;
  readonly rid: number;
  answered: boolean;
}
interface State {
  /** By `server/rid`, how many farewells were received and not yet answered. */
  farewells: Record<string, number>;
  /** The run tells when answers are queued, so that sending one says no more. */
  tellsQueued: boolean;
  open: Request[];
  /** Answers that named no rid, as long as requests are open. */
  answers: number;
}

/** Takes one answer for the request; false if there is none left. */
function takeAnswer(s: State, request: Request): boolean {
  if (request.answered) return true;
  if (s.answers === 0) return false;
  s.answers--;
  request.answered = true;
  return true;
}

const answersFarewell = (f: Fields) => f.cmd === "FAREWELL" && f.resp === 1 && f.side === "server";

function useOne(s: State, key: string): void {
  s.farewells[key] = Math.max(0, (s.farewells[key] ?? 0) - 1);
}

export const fnc3: EntryMonitor<State> = {
  promise: "FNC3",
  wants: wanted(
    ...["server_farewell", "fence_start", "fenced_store", "reclaim_rid"],
    ...["reclaim_rid_ret", "server_work_exit", "net.submit", "net_send_message"],
  ),
  start: () => ({ farewells: {}, tellsQueued: false, open: [], answers: 0 }),
  on(entry, s, judge) {
    const { mount } = entry;
    const f = fieldsOf(entry);
    const rid = f.rid ?? 0;
    const key = `${mount}/${rid}`;
    const request = s.open.find((one) => one.mount === mount && one.rid === rid);
    switch (kindOf(entry)) {
      case "server_farewell":
        s.farewells[key] = (s.farewells[key] ?? 0) + 1;
        break;
      case "fence_start":
        if (request === undefined) s.open.push({ mount, rid, answered: false });
        break;
      case "fenced_store":
        if (f.rid === undefined) s.answers = Math.min(s.answers + 1, s.open.length);
        else if (request !== undefined) request.answered = true;
        break;
      case "reclaim_rid":
        if (request !== undefined && takeAnswer(s, request)) break;
        if ((s.farewells[key] ?? 0) === 0) {
          const why = request === undefined ? "without fence or farewell" : "before its fence";
          judge.violate(`rid ${rid}`, `mount ${mount} reclaims it ${why}`);
        }
        break;
      case "reclaim_rid_ret":
        if (!reclaimed(f)) break; // it is tried again
        s.open = s.open.filter((one) => one !== request);
        break;
      case "net.submit":
        s.tellsQueued = true;
        if (answersFarewell(f)) useOne(s, key);
        break;
      case "net_send_message":
        if (answersFarewell(f) && !s.tellsQueued) useOne(s, key);
        break;
      case "server_work_exit":
        s.open = s.open.filter((one) => one.mount !== mount);
        s.answers = Math.min(s.answers, s.open.length);
        dropServer(s.farewells, mount);
        break;
    }
  },
};
