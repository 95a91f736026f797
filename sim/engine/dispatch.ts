// One switch over the kinds of events, then leaves.

import { type Protocol, unreachable } from "../../src/core/index.ts";
import { onIo } from "./device.ts";
import { type Event, Kind } from "./event.ts";
import { heldBack } from "./hosts.ts";
import { execute, onRun, onTimeout } from "./kernel/execute.ts";
import { keyOf } from "./kernel/tasks.ts";
import { NO_TASK, onTimer, onWork } from "./kernel/workqueues.ts";
import { onDatagram } from "./network/datagrams.ts";
import { isLiveStream, onStream } from "./network/streams.ts";
import type { World } from "./world.ts";

/** What still means something when its mount is dead: datagrams are dropped with a reason. */
const OUTLIVES_MOUNT: ReadonlySet<Kind> = new Set([Kind.plan, Kind.io, Kind.datagram, Kind.stream]);

export function dispatch<P extends Protocol>(w: World<P>, e: Event): void {
  const { mount } = e;
  if (mount >= 0) {
    const m = w.peekMount(mount);
    if (!m.alive && !OUTLIVES_MOUNT.has(e.kind)) return;
    if (w.peekHost(m.host).paused && heldBack(w, e)) return;
  }
  switch (e.kind) {
    case Kind.run:
      return onRun(w, mount, e.who, e.gen);
    case Kind.work:
      return begin(w, mount, onWork(w, mount, e.body as string, e.gen));
    case Kind.timeout:
      return onTimeout(w, mount, e.who, e.gen);
    case Kind.timer:
      return begin(w, mount, onTimer(w, mount, e.who, e.gen, e.body as string));
    case Kind.datagram:
      return onDatagram(w, e);
    case Kind.stream:
      return onStream(w, e);
    case Kind.io:
      return onIo(w, e);
    case Kind.plan:
      return act(w, e.body as { readonly do: string });
    default:
      return unreachable(e.kind);
  }
}

function begin<P extends Protocol>(w: World<P>, mount: number, task: number): void {
  if (task !== NO_TASK) execute(w, mount, task);
}

function act<P extends Protocol>(w: World<P>, action: { readonly do: string }): void {
  const handler = w.tables.plan.get(action.do);
  if (handler === undefined) {
    throw new Error(`no plan action is called ${action.do}: add it to the plan of this world`);
  }
  handler(w as never, action as never);
}

/** Whether the event will do anything: what was cancelled stays pending and is stale. */
export function isLive<P extends Protocol>(w: World<P>, e: Event): boolean {
  if (e.kind === Kind.stream) return isLiveStream(w.peekNet(), e);
  if (e.mount < 0) return true;
  const m = w.peekMount(e.mount);
  switch (e.kind) {
    case Kind.run:
      return m.tasks[e.who]?.resume === e.gen && m.tasks[e.who]?.scheduled === true;
    case Kind.timeout:
      return m.tasks[e.who]?.resume === e.gen && m.tasks[e.who]?.park !== undefined;
    case Kind.work: {
      const item = m.works.get(e.body as string);
      return item?.gen === e.gen && item.pending;
    }
    case Kind.timer: {
      const body = e.body as string | readonly [string, number];
      const key = keyOf(body);
      if (e.who === 1) return m.works.get(key)?.timer === e.gen && e.gen !== 0;
      const timer = m.timers.get(key);
      return timer?.gen === e.gen && timer.armed;
    }
    case Kind.io:
      return w.peekDevice().inFlight.has(e.gen);
    default:
      return true;
  }
}
