// NET1: a request is handled once per (rid, server instance, lineage), each way. One of no rid,
// which came behind a greeting that was refused, is not handled at all: its client sends it again.
//
// Sent it may be more than once, also on one healthy socket; the receiver drops what it had by its
// seq. Handled means that the request's function begins. Of that the recordings have the locks and
// the farewells that a server is asked for (`ls_request`, `server_farewell`), so these are told
// from there. Greetings have no part in it: each socket has its own.

import { fieldsOf, kindOf, wanted } from "./entries.ts";
import {
  followLineages,
  forgetEnded,
  type Lineages,
  lineageAt,
  lineageKinds,
  lineageOf,
  lineages,
  NOBODY,
} from "./lineages.ts";
import type { EntryMonitor, Judge, Seen } from "./types.ts";

interface State {
  readonly lines: Lineages;
  /** By lineage and who handles: the ids. */
  handled: Record<string, Record<number, true>>;
}

function handle(s: State, entry: Seen, key: string, judge: Judge): void {
  const { id = 0, cmd = entry.kind, rid } = fieldsOf(entry);
  s.handled[key] ??= {};
  const ids = s.handled[key];
  if (ids[id] === true) {
    judge.violate(`mount ${entry.mount}`, `handles ${cmd} ${id} of rid ${rid} a second time`);
  }
  ids[id] = true;
}

export const net1: EntryMonitor<State> = {
  promise: "NET1",
  wants: wanted("net.request", "ls_request", "server_farewell", ...lineageKinds),
  start: () => ({ lines: lineages(), handled: {} }),
  on(entry, s, judge) {
    followLineages(s.lines, entry);
    switch (kindOf(entry)) {
      case "server_start":
        forgetEnded(s.lines, s.handled);
        break;
      case "net.request": {
        const lineage = lineageOf(s.lines, entry);
        const { cmd, side, rid, id } = fieldsOf(entry);
        if (cmd === "GREETING") break;
        if (side === "server" && rid === NOBODY) {
          judge.violate(`mount ${entry.mount}`, `handles ${cmd} ${id} of nobody`);
        }
        if (lineage === undefined) break;
        handle(s, entry, `${lineage} ${side}`, judge);
        break;
      }
      case "ls_request":
      case "server_farewell":
        handle(s, entry, `${lineageAt(s.lines, entry)} ${entry.kind}`, judge);
        break;
    }
  },
};
