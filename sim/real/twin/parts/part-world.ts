// One way in which a part may have come to where its recording is: the world, which recorded task
// runs which task of the model, and how far each recorded task has shown what is recorded of it. A
// task may be ahead of the file (what it did is printed later) or behind it (what is printed as a
// function is entered is done a moment later).

import { type Event, Kind } from "../../../engine/event.ts";
import { type Seen, takeSeen } from "../probes.ts";
import { ME } from "../slots.ts";
import type { Item } from "../timeline.ts";
import { timerEarlyUs } from "../tolerances.ts";
import type { TwinWorld } from "../world.ts";
import { agrees } from "./kinds.ts";
import { printOfPart } from "./print.ts";
import { isTorn } from "./tolerances.ts";
import type { PartState } from "./world.ts";

interface Bound {
  readonly slot: number;
  readonly generation: number;
}

/** By recorded task: the indices of its items. */
export interface Schedule {
  readonly items: readonly Item[];
  readonly byTask: ReadonlyMap<string, readonly number[]>;
}

export function scheduleOf(items: readonly Item[]): Schedule {
  const byTask = new Map<string, number[]>();
  items.forEach(({ task }, i) => {
    const known = byTask.get(task);
    if (known === undefined) byTask.set(task, [i]);
    else known.push(i);
  });
  return { items, byTask };
}

/** What one step shows may be printed so much later, for it prints all under one lock. */
const REGION_US = 200_000;
/** Items in a row that name no lock, at most. */
const KEYLESS = 3;

export class PartWorld {
  readonly w: TwinWorld;
  readonly schedule: Schedule;
  private readonly done: Map<string, number>;
  private readonly bound: Map<string, Bound>;
  /** What the last step showed that was not recorded next. */
  wrong: { readonly item: Item | undefined; readonly seen: Seen } | undefined;

  constructor(w: TwinWorld, schedule: Schedule, from?: PartWorld) {
    this.w = w;
    this.schedule = schedule;
    this.done = new Map(from?.done);
    this.bound = new Map(from?.bound);
  }

  clone(): PartWorld {
    return new PartWorld(this.w.clone(), this.schedule, this);
  }

  get twin(): PartState {
    return this.w.mount(ME).state.twin;
  }

  // ---- recorded tasks -----------------------------------------------------------------------

  /** The index of the item that the task is to show next; past all others when there is none. */
  nextIndex(task: string): number {
    const mine = this.schedule.byTask.get(task);
    return mine?.[this.done.get(task) ?? 0] ?? this.schedule.items.length;
  }

  /** What is recorded of the task that it has not shown: the item at that distance. */
  upcoming(task: string, distance = 0): Item | undefined {
    const mine = this.schedule.byTask.get(task);
    const index = mine?.[(this.done.get(task) ?? 0) + distance];
    return index === undefined ? undefined : this.schedule.items[index];
  }

  /** The item counts as shown: it was an input. */
  pass(task: string): void {
    this.done.set(task, (this.done.get(task) ?? 0) + 1);
  }

  /** Whether what the task does now or next is about the lock of that key. */
  isAbout(task: string, key: unknown): boolean {
    if (this.slotOf(task) !== undefined && this.upcoming(task, -1)?.fields.key === key) return true;
    for (let i = 0; i < KEYLESS; i++) {
      const item = this.upcoming(task, i);
      if (item === undefined) return false;
      if (item.fields.key !== undefined) return item.fields.key === key;
    }
    return false;
  }

  /** The tasks whose next item is at that index or before. */
  behind(index: number): string[] {
    const { items, byTask } = this.schedule;
    const tasks: string[] = [];
    for (const [task, mine] of byTask) {
      const next = mine[this.done.get(task) ?? 0];
      if (next !== undefined && next < index && items[next] !== undefined) tasks.push(task);
    }
    return tasks;
  }

  // ---- their tasks in the model -------------------------------------------------------------

  slotOf(task: string): number | undefined {
    const known = this.bound.get(task);
    if (known === undefined) return undefined;
    const alive = this.w.peekMount(ME).tasks[known.slot]?.generation === known.generation;
    return alive ? known.slot : undefined;
  }

  bind(task: string, slot: number): void {
    const generation = this.w.peekMount(ME).tasks[slot]?.generation ?? 0;
    this.bound.set(task, { slot, generation });
  }

  /** The recorded tasks of which the model runs something. */
  busy(): string[] {
    return [...this.bound.keys()].filter((task) => this.slotOf(task) !== undefined);
  }

  /** Those of them that can go on. */
  ready(): string[] {
    const slots = new Set<number>();
    for (const e of this.w.pendingEvents()) if (this.isDue(e)) slots.add(e.who);
    if (slots.size === 0) return [];
    return this.busy().filter((task) => slots.has(this.slotOf(task) ?? -1));
  }

  /** How the task can go on, if it can. */
  eventOf(task: string): Event | undefined {
    const slot = this.slotOf(task);
    if (slot === undefined) return undefined;
    return this.w.pendingEvents().find((e) => e.who === slot && this.isDue(e));
  }

  private isDue({ kind, at }: Event): boolean {
    return kind === Kind.run || (kind === Kind.timeout && at <= this.w.now + timerEarlyUs);
  }

  /** Where the task goes on, as `program @ label`. */
  placeOf(task: string): string {
    const slot = this.slotOf(task);
    const known = slot === undefined ? undefined : this.w.peekMount(ME).tasks[slot];
    const top = known?.frames[known.frames.length - 1];
    if (known === undefined || top === undefined) return "nowhere";
    const { park } = known;
    return `${top.program} @ ${park !== undefined && "then" in park ? park.then : top.label}`;
  }

  /** Performs the event for that task; false when it shows what is not recorded of it. */
  step(task: string, e: Event): boolean {
    takeSeen();
    this.w.stepTo(e);
    const [crash] = this.w.violations;
    if (crash === undefined) return this.shows(task, takeSeen());
    this.wrong = {
      item: this.upcoming(task),
      seen: { kind: `a crash: ${crash.text}`, fields: {} },
    };
    return false;
  }

  private shows(task: string, seen: readonly Seen[]): boolean {
    for (const one of seen) {
      if (one.kind === "omap_group_free") {
        this.twin.freed.push(Number(one.fields.group_nr));
        continue;
      }
      const item = this.upcoming(task);
      const isIt =
        item !== undefined &&
        item.at <= this.w.now + REGION_US &&
        (agrees(item, one) || isTorn(this.schedule.items, this.nextIndex(task), one));
      if (!isIt) {
        this.wrong = { item, seen: one };
        return false;
      }
      this.pass(task);
    }
    return true;
  }

  /** Worlds with the same print go on alike. */
  print(index: number): string {
    const ahead: string[] = [];
    const { byTask } = this.schedule;
    for (const [task, mine] of byTask) {
      const at = this.done.get(task) ?? 0;
      const [next = Number.MAX_SAFE_INTEGER, last = -1] = [mine[at], mine[at - 1]];
      const slot = this.slotOf(task);
      if (slot !== undefined || next < index || last >= index)
        ahead.push(`${task} ${at} ${this.placeOf(task)}`);
    }
    return `${printOfPart(this.w)} ${ahead.join("|")}`;
  }
}
