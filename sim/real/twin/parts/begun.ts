// Starts a program of the model for a recorded task.

import { start } from "../../../engine/build.ts";
import { ME } from "../slots.ts";
import type { PartWorld } from "./part-world.ts";

export function begun(pw: PartWorld, task: string, program: string, args: object): PartWorld {
  pw.bind(task, start(pw.w, ME, program, args));
  return pw;
}
