// What a pending event is, in words: whose turn it is, and at which step or with what it comes.

import type { Protocol } from "../../src/core/index.ts";
import { type Event, Kind, kindNames } from "../engine/event.ts";
import { keyOf } from "../engine/kernel/tasks.ts";
import type { World } from "../engine/world.ts";
import { placeOf } from "./waits.ts";

/** `run scoutfs_net_send_worker @ next`: the kind, and what tells it from others of its kind. */
export function sayEvent<P extends Protocol>(w: World<P>, e: Event): string {
  const what = whatIs(w, e);
  return what === "" ? (kindNames[e.kind] ?? "?") : `${kindNames[e.kind]} ${what}`;
}

function whatIs<P extends Protocol>(w: World<P>, e: Event): string {
  switch (e.kind) {
    case Kind.run:
    case Kind.timeout:
    case Kind.io:
      return taskOf(w, e);
    case Kind.work:
    case Kind.timer:
      return keyOf(e.body as string | readonly [string, number]);
    default:
      return plainText(e.body);
  }
}

function taskOf<P extends Protocol>(w: World<P>, { mount, who }: Event): string {
  const task = mount < 0 ? undefined : w.peekMount(mount).tasks[who];
  if (task === undefined) return `of task ${who}, which is gone`;
  const { park } = task;
  return park?.on === "io" ? `${park.what} of ${placeOf(task)}` : placeOf(task);
}

/** Plain data on one line: `do=umount n=2`. */
export function plainText(value: unknown): string {
  if (typeof value !== "object" || value === null) return value === undefined ? "" : String(value);
  return Object.entries(value)
    .filter(([, v]) => v !== undefined)
    .map(([key, v]) => `${key}=${typeof v === "string" ? v : JSON.stringify(v, plainly)}`)
    .join(" ");
}

/** For JSON.stringify: maps and sets as lists. */
export const plainly = (_key: string, value: unknown): unknown =>
  value instanceof Map || value instanceof Set ? [...value] : value;
