// SRV3: a server runs only while its mount's quorum worker leads in that server's term: it starts
// after the ELECT of its term was written, and once a turn of the worker's loop shows that it does
// not lead in that term, the server is down in bounded time.
//
// The turn that loses leadership still shows the role from before, and the server is told to stop
// within it: by the next turn it has been. So it has been when the worker ends without an error,
// which it does only with the mount (quorum.c:scoutfs_quorum_worker). What then takes time is the
// server's own shutdown: it waits for farewells, commits and connections under way
// (server.c:scoutfs_server_worker). One that does not listen yet sees the stop only after its wait
// for the fencing of earlier leaders, which nothing interrupts. No turn is shown after the last
// one, so the worker's end, `server_stop_wait`, counts as not leading; the model shows that stop as
// a change of the status. Time counts only while no fault lasts.

import { fieldsOf, kindOf, succeeded, wanted } from "./entries.ts";
import { type Fairness, fairness, fairnessKinds, follow, owedUs } from "./fairness.ts";
import type { EntryMonitor, Judge } from "./types.ts";

/** The recordings need up to 0.7 s, on a slow machine; a device may make a commit slower. */
const shutdownUs = 10_000_000;
/** SCOUTFS_QUORUM_FENCE_TO_MS. */
const fenceWaitUs = 15_000_000;

interface Server {
  readonly term: number;
  /** When its worker was first seen not to lead; -1: it leads. */
  since: number;
  listens: boolean;
  /** To stop, by whomever. */
  told: boolean;
}
interface State {
  elected: Record<number, number>;
  servers: Record<number, Server>;
  readonly fair: Fairness;
}

function overdue(mount: number, s: State, now: number, judge: Judge): void {
  const server = s.servers[mount];
  if (server === undefined || server.since < 0) return;
  const took = owedUs(s.fair, server.since, now);
  if (took <= shutdownUs + (server.listens ? 0 : fenceWaitUs)) return;
  const text = `its server of term ${server.term} runs ${took / 1e6} s too long`;
  judge.violate(`mount ${mount}`, text);
  delete s.servers[mount];
}

function neverTold(mount: number, s: State, when: string, judge: Judge): void {
  const term = s.servers[mount]?.term;
  judge.violate(`mount ${mount}`, `its server of term ${term} is not told to stop by ${when}`);
  delete s.servers[mount];
}

export const srv3: EntryMonitor<State> = {
  promise: "SRV3",
  wants: wanted(
    ...["quorum_block_event_ret", "quorum_loop", "server_start", "server_stop_wait"],
    ...["net_listen", "server_work_exit", "server_stop", "quorum_worker_exit"],
    ...fairnessKinds,
  ),
  start: () => ({ elected: {}, servers: {}, fair: fairness() }),
  on(entry, s, judge) {
    const f = fieldsOf(entry);
    const { mount, at } = entry;
    const term = f.term ?? 0;
    overdue(mount, s, at, judge);
    follow(s.fair, entry);
    const server = s.servers[mount];
    switch (kindOf(entry)) {
      case "quorum_block_event_ret":
        if (f.event === "ELECT" && succeeded(f)) s.elected[mount] = term;
        break;
      case "server_start":
        if (s.elected[mount] !== term) {
          judge.violate(`mount ${mount}`, `starts a server in term ${term} without its ELECT`);
        }
        s.servers[mount] = { term, since: -1, listens: false, told: false };
        break;
      case "dead":
        delete s.servers[mount];
        break;
      case "quorum_loop":
        if (server !== undefined && (f.role !== "leader" || term !== server.term)) {
          if (server.since < 0) server.since = at;
          if (!server.told) neverTold(mount, s, "a turn that does not lead", judge);
        }
        break;
      case "quorum_worker_exit":
        if (server?.told === false && f.ret === 0) neverTold(mount, s, "its worker's end", judge);
        break;
      case "server_stop":
        if (server !== undefined) server.told = true;
        break;
      case "net_listen":
        if (server !== undefined) server.listens = true;
        break;
      case "server.status": // STOPPING: the other changes have names of their own
      case "server_stop_wait":
        if (server === undefined) break;
        server.told = true;
        if (server.since < 0) server.since = at;
        break;
      case "server_work_exit":
        delete s.servers[mount];
        break;
    }
  },
  quiet(s, judge) {
    for (const mount of Object.keys(s.servers)) overdue(Number(mount), s, judge.now, judge);
  },
};
