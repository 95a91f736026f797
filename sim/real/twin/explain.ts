// What a rejection says to a person: the line of the file, the mount, the event, what the model
// could have done instead, and where its tasks stand.

import type { Acceptor } from "./accept.ts";
import { textOf } from "./compare.ts";

export function explain(file: string, { o, rejection }: Acceptor): string {
  if (rejection === undefined) return `${file}: ${o.name}: the model can do all that was recorded`;
  const { item, instead, places, why } = rejection;
  const event = textOf(item.kind, item.fields);
  return [
    `${file}:${item.line}: ${o.name} (slot ${o.slot}): no program could do next: ${event}`,
    `  ${why}${instead.length === 0 ? "" : ":"}`,
    ...instead.map((text) => `    ${text}`),
    "  its tasks stand at",
    ...places.map((place) => `    ${place}`),
  ].join("\n");
}
