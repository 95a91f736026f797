// What a person can ask of a world: who runs and who waits for what, what is pending, a piece of a
// mount's state.

import { kindNames } from "../../engine/event.ts";
import { explainStuck, placeOf, reasonOf } from "../../explain/waits.ts";
import { describeEntry } from "../../report/text.ts";
import { UserError } from "../../report/user-error.ts";
import type { AnyWorld } from "../world/any-world.ts";

interface Question {
  readonly what: string;
  readonly mount: number | undefined;
  /** `server.farewellRequests`: where in the state. */
  readonly path: string;
}

type Show = (w: AnyWorld, q: Question) => string[];

const shows: Readonly<Record<string, Show>> = {
  tasks: (w, q) => mountsOf(w, q).flatMap((id) => tasksOf(w, id)),
  waits: (w, q) => explainStuck(w, q.mount),
  pending: (w) =>
    w.pendingEvents().map((e) => {
      const where = e.mount < 0 ? "" : ` ${w.peekMount(e.mount).name}`;
      return `${e.at} us: ${kindNames[e.kind]}${where} ${e.who}`;
    }),
  state: (w, q) =>
    mountsOf(w, q).map((id) => {
      const { name, state, alive } = w.peekMount(id);
      return `${name}${alive ? "" : " (dead)"}: ${JSON.stringify(at(state, q.path), plain)}`;
    }),
  blocks: (w) =>
    [...w.peekDevice().blocks].map(([name, b]) => `${name}: ${JSON.stringify(b.content, plain)}`),
  queues: (w, q) =>
    mountsOf(w, q).flatMap((id) =>
      [...w.peekMount(id).queues].map(([key, x]) => {
        const waiting = x.waiting.length === 0 ? "" : `, waiting ${x.waiting.join(" ")}`;
        return `${w.peekMount(id).name}: ${key} active ${x.active}${waiting}`;
      }),
    ),
  violations: (w) =>
    w.violations.map((v) =>
      describeEntry({
        ...v,
        sub: 0,
        kind: v.promise,
        cause: 0,
        data: { place: v.place, text: v.text },
      }),
    ),
  programs: (w) => [...w.tables.programs.keys()],
  hash: (w) => [w.hash],
};

export const showNames = Object.keys(shows);

export function showWhat(w: AnyWorld, q: Question): string {
  const lines = shows[q.what]?.(w, q) ?? [];
  return lines.length === 0 ? "none" : lines.join("\n");
}

const mountsOf = (w: AnyWorld, q: Question): number[] =>
  q.mount === undefined ? Array.from({ length: w.mountCount }, (_, i) => i) : [q.mount];

function tasksOf(w: AnyWorld, id: number): string[] {
  const m = w.peekMount(id);
  return m.tasks.flatMap((task, slot) =>
    task === undefined ? [] : [`${m.name}: ${placeOf(task)} ${reasonOf(w, id, slot)}`],
  );
}

function at(state: unknown, path: string): unknown {
  let value = state;
  for (const key of path === "" ? [] : path.split(".")) {
    const next = value instanceof Map ? value.get(key) : (value as Record<string, unknown>)?.[key];
    if (next === undefined) throw new UserError(`the state has no "${key}" in path ${path}`);
    value = next;
  }
  return value;
}

const plain = (_key: string, value: unknown): unknown =>
  value instanceof Map ? [...value] : value instanceof Set ? [...value] : value;
