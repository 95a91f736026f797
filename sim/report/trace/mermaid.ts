// The messages of a trace as a sequence diagram of Mermaid. A diagram with many arrows says
// nothing, so more than sixty are refused.

import type { TraceEntry } from "../../engine/trace/trace.ts";
import { formatSeconds } from "../text.ts";
import { UserError } from "../user-error.ts";
import type { Arrow } from "./perfetto.ts";

export const MOST_MESSAGES = 60;

/** Some characters end a statement or begin an entity there. */
const plain = (text: string): string => text.replace(/[^\w .,=()/-]/g, " ");

const order = (a: TraceEntry, b: TraceEntry): number => a.seq - b.seq || a.sub - b.sub;

export function* mermaidLines(
  mounts: readonly string[],
  arrows: readonly Arrow[],
): Iterable<string> {
  if (arrows.length > MOST_MESSAGES) {
    throw new UserError(
      `${arrows.length} messages are too many for a diagram, which holds ${MOST_MESSAGES}; ` +
        "narrow it with --from, --to-time or --mounts",
    );
  }
  yield "sequenceDiagram";
  const used = new Set(arrows.flatMap(({ from, to }) => [from.mount, to.mount]));
  for (const [n, name] of mounts.entries()) {
    if (used.has(n)) yield `  participant p${n} as ${plain(name)}`;
  }
  for (const { from, to, label } of arrows.toSorted((a, b) => order(a.to, b.to))) {
    yield `  p${from.mount}->>p${to.mount}: ${formatSeconds(from.at)} ${plain(label)}`;
  }
}
