// `npm start`: a short run that shows what the machine is for. A client says farewell while the
// server still recovers its locks; held there by hand, the trace shows who waits for whom.

import type { Rid } from "../../src/core/index.ts";
import { start } from "../engine/build.ts";
import { MemorySink } from "../engine/trace/trace.ts";
import { formatText } from "../report/text.ts";
import { type AnyWorld, namesOf } from "./any-world.ts";
import { showWhat } from "./show.ts";
import { sliceWorld } from "./slice.ts";

const KINDS = ["step", "note", "ignored", "server_farewell", "server.farewell_sent", "io"];
const LIMIT = 1000;

/** Prints the run; the exit status. */
export function demo(write: (line: string) => void): number {
  const rid = 11 as Rid;
  const clients = [{ rid, quorum: false }];
  const w = sliceWorld({ clients, recovering: [rid] }) as unknown as AnyWorld;
  const sink = new MemorySink(LIMIT);
  const show = (title: string, us: number) => {
    write("");
    write(title);
    w.trace.sink = sink;
    const before = sink.entries().length;
    w.runFor(us);
    const entries = sink.entries().slice(before);
    const wanted = entries.filter((e) => KINDS.includes(e.kind));
    for (const line of formatText(wanted, { mounts: namesOf(w), width: 64 })) write(line);
  };
  w.runFor(100);
  write("scoutsim: the farewell of a client whose locks are still being recovered.");
  write("Each line is one atomic step of the C function that it names; seconds are simulated.");
  start(w, 0, "slice_farewell", { rid });
  show("The farewell arrives; the worker puts it back, for the client is still in recovery:", 2000);
  write("");
  write(`waiting: ${showWhat(w, { what: "state", mount: 0, path: "server.farewellRequests" })}`);
  start(w, 0, "slice_recovered", { rid });
  show("Its lock recovery ends; that queues the worker again, and now it is reclaimed:", 5000);
  write("");
  write(`${w.seq} events, hash ${w.hash}. The same run again has the same hash.`);
  return 0;
}
