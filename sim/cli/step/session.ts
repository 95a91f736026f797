// What a person who steps through a run has before them: the stepper, the names of mounts, how
// lines are marked, and what they asked for so far, so that it can be written as a scenario.

import type { Protocol } from "../../../src/core/index.ts";
import type { Asked } from "../../cluster/scenario/written.ts";
import { type AnyWorld, namesOf } from "../../cluster/world/any-world.ts";
import { Stepper } from "../../explore/stepper/stepper.ts";
import { UserError } from "../../report/user-error.ts";
import type { Opened } from "./open.ts";

export type Mark = "same" | "new" | "changed" | "gone" | "bad";
/** Marks what has changed, in colour or with a sign in front. */
export type Paint = (text: string, mark: Mark) => string;

export const plainPaint: Paint = (text, mark) => `${mark === "same" ? " " : "*"} ${text}`;

export class Session {
  readonly opened: Opened;
  readonly stepper: Stepper<Protocol>;
  readonly paint: Paint;
  readonly asked: Asked[] = [];
  isOver = false;

  constructor(opened: Opened, paint: Paint = plainPaint) {
    this.opened = opened;
    this.paint = paint;
    this.stepper = new Stepper<Protocol>(opened.recorded);
  }

  get world(): AnyWorld {
    return this.stepper.world;
  }

  mount(name: string): number {
    const names = namesOf(this.world);
    const id = names.indexOf(name);
    if (id >= 0) return id;
    throw new UserError(`no mount is called "${name}"; mounts are ${names.join(", ")}`);
  }

  nameOf(mount: number): string {
    return mount < 0 ? "-" : this.world.peekMount(mount).name;
  }

  /** A scenario can ask the same, but not within an event. */
  ask(command: string): void {
    const { at, step } = this.stepper;
    if (step > 0 || this.asked.some((a) => a.at === at && a.command === command)) return;
    this.asked.push({ at, command });
  }
}
