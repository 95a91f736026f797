// A deep copy of plain data. State is a tree, so nothing needs to be remembered of what was copied
// before; that is what makes a copy cheap.

import type { Protocol } from "../../../src/core/index.ts";
import { NO_RET } from "../kernel/tasks.ts";
import type { Frame, MountData, Task } from "./state.ts";

export function deepClone<T>(v: T): T {
  return (typeof v === "object" && v !== null ? cloneObject(v) : v) as T;
}

function cloneObject(v: object): object {
  if (Array.isArray(v)) {
    const copy = new Array(v.length);
    for (let i = 0; i < v.length; i++) {
      const item = v[i];
      copy[i] = typeof item === "object" && item !== null ? cloneObject(item) : item;
    }
    return copy;
  }
  if (v instanceof Map) {
    const copy = new Map<unknown, unknown>();
    for (const [key, item] of v) copy.set(key, deepClone(item));
    return copy;
  }
  if (v instanceof Set) return new Set(v);
  const copy: Record<string, unknown> = { ...v };
  for (const key of Object.keys(copy)) {
    const item = copy[key];
    if (typeof item === "object" && item !== null) copy[key] = cloneObject(item);
  }
  return copy;
}

const cloneMap = <K, V>(map: ReadonlyMap<K, V>): Map<K, V> => {
  const copy = new Map<K, V>();
  if (map.size > 0) for (const [key, value] of map) copy.set(key, deepClone(value));
  return copy;
};

const cloneFrame = (f: Frame): Frame => ({
  program: f.program,
  label: f.label,
  locals: deepClone(f.locals),
});

function cloneTask(t: Task | undefined): Task | undefined {
  if (t === undefined) return undefined;
  const { park } = t;
  return {
    ...t,
    frames: t.frames.map(cloneFrame),
    park: park === undefined ? park : { ...park },
    // the next step may keep it and change it
    ret: t.ret === NO_RET ? NO_RET : deepClone(t.ret),
  };
}

/** The same as `deepClone`, written out: it is what every step after a clone pays. */
export function cloneMount<P extends Protocol>(m: MountData<P>): MountData<P> {
  return {
    host: m.host,
    name: m.name,
    userspace: m.userspace,
    alive: m.alive,
    state: deepClone(m.state),
    tasks: m.tasks.map(cloneTask),
    results: cloneMap(m.results),
    nextGeneration: m.nextGeneration,
    preemptWithin: m.preemptWithin,
    priorities: deepClone(m.priorities),
    waiters: cloneMap(m.waiters),
    mutexes: cloneMap(m.mutexes),
    works: cloneMap(m.works),
    queues: cloneMap(m.queues),
    timers: cloneMap(m.timers),
    sockets: deepClone(m.sockets),
  };
}
