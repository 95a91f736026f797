// A server is lost in the midst of something: which phases of unmount, recovery, invalidation,
// commit and fencing were open at that moment. A phase begins with a trace entry and ends with any
// of others. Each is counted over the runs of a hunt: where no server was ever lost, nobody knows
// what would happen.

import type { Sink, TraceEntry } from "../../engine/trace/trace.ts";

interface Phase {
  readonly of: "unmount" | "recovery" | "invalidation" | "commit" | "fencing";
  readonly name: string;
  readonly begins: string;
  readonly ends: readonly string[];
}

/** In one table; the order is that of the protocol. */
export const phases: readonly Phase[] = [
  // what a mount does from the command on
  { of: "unmount", name: "it syncs", begins: "unmounting", ends: ["put_super"] },
  { of: "unmount", name: "it tears down", begins: "put_super", ends: ["client_destroy"] },
  { of: "unmount", name: "farewell sent", begins: "client_destroy", ends: ["server_farewell"] },
  // and its server for it
  { of: "unmount", name: "farewell waits", begins: "server_farewell", ends: ["reclaim_rid"] },
  { of: "unmount", name: "rid reclaimed", begins: "reclaim_rid", ends: ["reclaim_rid_ret"] },
  {
    of: "unmount",
    name: "response sent",
    begins: "server.farewell_sent",
    ends: ["client_farewell_resp"],
  },
  {
    of: "unmount",
    name: "response there",
    begins: "client_farewell_resp",
    ends: ["unmounted"],
  },
  { of: "recovery", name: "of greetings", begins: "start_recovery", ends: ["server_greeting"] },
  {
    of: "recovery",
    name: "locks asked for",
    begins: "sv_lock_recover_request",
    ends: ["cl_lock_recover_request"],
  },
  {
    of: "recovery",
    name: "locks on their way",
    begins: "cl_lock_recover_response",
    ends: ["sv_lock_recover_response"],
  },
  { of: "recovery", name: "over", begins: "finished_recovery", ends: ["sv_lock_response"] },
  {
    of: "invalidation",
    name: "asked for",
    begins: "sv_lock_request",
    ends: ["cl_lock_invalidate_request"],
  },
  {
    of: "invalidation",
    name: "under way",
    begins: "cl_lock_invalidate_request",
    ends: ["cl_lock_response"],
  },
  {
    of: "invalidation",
    name: "answered",
    begins: "cl_lock_response",
    ends: ["ls_response"],
  },
  {
    of: "commit",
    name: "written",
    begins: "server_commit_start",
    ends: ["server_commit_end"],
  },
  {
    of: "commit",
    name: "of a transaction",
    begins: "trans_write_func",
    ends: ["trans_committed"],
  },
  { of: "fencing", name: "asked for", begins: "fence.start", ends: ["agent.fence"] },
  { of: "fencing", name: "agent at work", begins: "agent.fence", ends: ["agent.answer"] },
  { of: "fencing", name: "answered", begins: "agent.answer", ends: ["fence.fenced"] },
  { of: "fencing", name: "fenced", begins: "fence.fenced", ends: ["fence.free"] },
];

export const nameOf = ({ of, name }: Phase): string => `server lost x ${of}: ${name}`;

/** The kinds that phases begin and end with, so that a test can hold them to those there are. */
export const phaseKinds: readonly string[] = [
  ...new Set(phases.flatMap(({ begins, ends }) => [begins, ...ends])),
];

const byKind = new Map(
  phaseKinds.map((kind) => [
    kind,
    phases.flatMap((p, n) =>
      p.begins === kind || p.ends.includes(kind) ? [{ n, begins: p.begins === kind }] : [],
    ),
  ]),
);

/** Watches one run. */
export class LostServers implements Sink {
  /** The names of the pairs that it came to. */
  readonly met = new Set<string>();
  /** How often each phase is open. */
  private readonly open = phases.map(() => 0);
  private readonly serving = new Set<number>();

  add({ kind, mount, data }: TraceEntry): void {
    for (const { n, begins } of byKind.get(kind) ?? []) {
      const left = Math.max(0, (this.open[n] ?? 0) - 1);
      this.open[n] = begins ? (this.open[n] ?? 0) + 1 : left;
    }
    if (kind === "dead") this.lost(mount);
    if (kind !== "server.status") return;
    const { to } = data as { readonly to: string };
    if (to === "UP" || to === "STARTING") this.serving.add(mount);
    else this.lost(mount);
  }

  private lost(mount: number): void {
    if (!this.serving.delete(mount)) return;
    for (const [n, phase] of phases.entries()) {
      if ((this.open[n] ?? 0) === 0) continue;
      this.met.add(nameOf(phase));
      // what the lost server was doing is begun anew by the next
      if (phase.of !== "unmount" && phase.of !== "fencing") this.open[n] = 0;
    }
  }
}
