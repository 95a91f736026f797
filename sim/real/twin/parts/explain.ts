// What a part's rejection says to a person: the line of the file, the mount and the part, the
// event, what the model did instead, and where its tasks stand.

import type { FollowedPart } from "./follow.ts";
import { textOf } from "./kinds.ts";

export function explainPart(file: string, { timeline, rejection }: FollowedPart): string {
  const who = `${timeline.name}: ${timeline.part}`;
  if (rejection === undefined) return `${file}: ${who}: the model can do all that was recorded`;
  const { item, instead, places } = rejection;
  const event = textOf(item.kind, item.fields);
  return [
    `${file}:${item.line}: ${who}: ${item.task} could not do next: ${event}`,
    `  instead it does: ${instead}`,
    "  the tasks stand at",
    ...places.map((place) => `    ${place}`),
  ].join("\n");
}
