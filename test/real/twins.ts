// The twins of every recording that the repository has, followed once for all tests of a file.

import { followAny, type Twin, twinsOf } from "../../sim/real/twin/run.ts";
import { crowded, followed, recording, stops } from "./facts.ts";

export interface Followed {
  readonly name: string;
  /** In the slot in which it went furthest. */
  readonly twin: Twin;
  readonly accepted: ReturnType<typeof followAny>;
}

export function followRecording(name: string): Followed[] {
  return twinsOf(recording(name)).map((twins) => {
    const accepted = followAny(twins);
    const twin = twins.find(({ o }) => o.slot === accepted.o.slot) ?? twins[0];
    if (twin === undefined) throw new Error(`${name}: a mount without a twin`);
    return { name, twin, accepted };
  });
}

const SHORT = 15_000;
const isSound = (name: string): boolean =>
  recording(name).events < SHORT && stops[name] === undefined && !crowded.includes(name);

/** A twin of each mount of the short recordings that are followed to their end, without following
 *  it: in the slot that its name tells. */
export const soundTwins = (): Twin[] =>
  followed
    .filter(isSound)
    .flatMap((name) =>
      twinsOf(recording(name)).flatMap((twins) => (twins.length === 1 ? [...twins] : [])),
    );
