// The commands that show something of the world where one stands, and the one that writes down what
// was done.

import { writeScenario } from "../../cluster/scenario/written.ts";
import { fileNames, readFile } from "../../cluster/views/files.ts";
import { namesOf } from "../../cluster/world/any-world.ts";
import type { ClusterWorld } from "../../cluster/world/types.ts";
import { plainText } from "../../explain/events.ts";
import { namesIn, partAt, treeOf } from "../../explain/tree.ts";
import { explainStuck, reasonOf } from "../../explain/waits.ts";
import { formatText } from "../../report/text.ts";
import { UserError } from "../../report/user-error.ts";
import { writeTextFile } from "../files.ts";
import { builders } from "../worlds.ts";
import type { Command } from "./commands.ts";
import { countOf, nothing } from "./going.ts";
import { present } from "./present.ts";
import type { Session } from "./session.ts";

const TRACE_WIDTH = 40;
const TRACE_EVENTS = 20;

function painted(s: Session, name: string, [value, before]: readonly [unknown, unknown]): string[] {
  return treeOf(name, value, before).map(({ depth, text, change }) =>
    s.paint(`${"  ".repeat(depth)}${change === "gone" ? "(gone) " : ""}${text}`, change),
  );
}

function state(s: Session, words: readonly string[]): string[] {
  const [name = "", path = "", ...more] = words;
  nothing(more);
  const id = s.mount(name);
  const { before } = s.stepper;
  const value = partAt(s.world.peekMount(id).state, path);
  if (value === undefined) throw new UserError(complaint(s.world.peekMount(id).state, path));
  const was = id < before.mountCount ? partAt(before.peekMount(id).state, path) : undefined;
  s.ask(`show state mount=${name}${path === "" ? "" : ` path=${path}`}`);
  return painted(s, path === "" ? name : path, [value, was]);
}

/** Names what there is instead, in the deepest part of the path that there is. */
function complaint(whole: unknown, path: string): string {
  const keys = path.split(".");
  const known = keys.findIndex(
    (_, i) => partAt(whole, keys.slice(0, i + 1).join(".")) === undefined,
  );
  const names = namesIn(partAt(whole, keys.slice(0, known).join(".")));
  const has = names.length === 0 ? "nothing is in it" : `it has ${names.join(", ")}`;
  return `the state has no "${keys[known]}" in ${path}; ${has}`;
}

function blocks(s: Session, words: readonly string[]): string[] {
  nothing(words);
  const contents = (w: Session["world"]) =>
    Object.fromEntries([...w.peekDevice().blocks].map(([name, b]) => [name, b.content]));
  s.ask("show blocks");
  return painted(s, "device", [contents(s.world), contents(s.stepper.before)]);
}

function idsOf(s: Session, words: readonly string[]): number[] {
  const [name, ...more] = words;
  nothing(more);
  return name === undefined ? namesOf(s.world).map((_, id) => id) : [s.mount(name)];
}

const asking = (what: string, [name]: readonly string[]): string =>
  `show ${what}${name === undefined ? "" : ` mount=${name}`}`;

/** Each task with why it does not run, and the locals of each program on its stack. */
function tasks(s: Session, words: readonly string[]): string[] {
  const ids = idsOf(s, words);
  s.ask(asking("tasks", words));
  const { before } = s.stepper;
  return ids.flatMap((id) => {
    const { name, tasks: all } = s.world.peekMount(id);
    return all.flatMap((task, slot) => {
      if (task === undefined) return [];
      const old = id < before.mountCount ? before.peekMount(id).tasks[slot] : undefined;
      const was = old?.generation === task.generation ? old : undefined;
      return task.frames.map((f, depth) => {
        const place = `${f.program} @ ${f.label}`;
        const isTop = depth === task.frames.length - 1;
        const why = isTop ? ` ${reasonOf(s.world, id, slot)}` : "";
        const locals = plainText(f.locals);
        const text = `${name} ${slot}${"  ".repeat(depth)} ${place}${why}  ${locals}`;
        const then = was?.frames[depth];
        const isSame = then?.label === f.label && plainText(then.locals) === locals;
        return s.paint(text.trimEnd(), was === undefined ? "new" : isSame ? "same" : "changed");
      });
    });
  });
}

function waits(s: Session, words: readonly string[]): string[] {
  const ids = idsOf(s, words);
  s.ask(asking("waits", words));
  const lines = ids.flatMap((id) => explainStuck(s.world, id));
  return lines.length === 0 ? ["nobody waits but for a time"] : lines;
}

function view(s: Session, words: readonly string[]): readonly string[] {
  const [name = "", file, ...more] = words;
  nothing(more);
  const id = s.mount(name);
  const w = s.world as unknown as ClusterWorld;
  if (file === undefined) return fileNames(w, id);
  const lines = readFile(w, id, file);
  const before = s.stepper.before as unknown as ClusterWorld;
  const old = id < before.mountCount ? linesBefore(before, id, file) : [];
  const shown = lines.map((line) => s.paint(line, old.includes(line) ? "same" : "changed"));
  return shown.length === 0 ? ["(empty)"] : shown;
}

/** A request may not have been there. */
function linesBefore(w: ClusterWorld, id: number, file: string): readonly string[] {
  try {
    return readFile(w, id, file);
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

function trace(s: Session, words: readonly string[]): string[] {
  const entries = s.stepper.records(countOf(words, TRACE_EVENTS));
  return formatText(entries, { mounts: namesOf(s.world), width: TRACE_WIDTH });
}

function write(s: Session, _words: readonly string[], file: string): string[] {
  if (!file.endsWith(".scn")) throw new UserError("name a file that ends in .scn");
  const { asked, opened, stepper } = s;
  const o = { world: opened.worldIn(file), file, asked, builders };
  writeTextFile(file, writeScenario(stepper, o));
  return [`written to ${file}; scoutsim run ${file} goes the same way`];
}

export const lookingCommands: readonly Command[] = [
  {
    ...{ name: "where", letter: "e", takes: "", help: "the event, its records and what is next" },
    run(s, words) {
      nothing(words);
      return present(s);
    },
  },
  {
    ...{ name: "state", letter: "i", takes: "MOUNT [a.b.c]" },
    help: "state as a tree; * marks what changed",
    run: state,
  },
  {
    ...{ name: "tasks", letter: "r", takes: "[MOUNT]" },
    help: "running programs, their labels and locals",
    run: tasks,
  },
  { name: "waits", letter: "w", takes: "[MOUNT]", help: "who waits for whom", run: waits },
  {
    ...{ name: "view", letter: "v", takes: "MOUNT [FILE]" },
    help: "a file as in debugfs or sysfs, or their names",
    run: view,
  },
  { name: "blocks", letter: "m", takes: "", help: "the shared device", run: blocks },
  { name: "trace", letter: "j", takes: "[N]", help: "records of the last N events", run: trace },
  {
    ...{ name: "hash", letter: "a", takes: "" },
    help: "of all events so far, and how many there were",
    run(s, words) {
      nothing(words);
      return [`${s.world.hash} after ${s.world.seq} events`];
    },
  },
  {
    ...{ name: "write", letter: "y", takes: "FILE.scn" },
    help: "what was done, as a scenario",
    run: write,
  },
];
