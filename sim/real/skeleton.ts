// A scenario that goes the way of a capture: its mounts, its slots, and what people did at its
// times, as far as scoutfs itself tells (a mount sets up, an unmount begins). What the machines
// were asked to do in between is not in a capture, and is left to whoever goes on from there.

import type { TraceEntry } from "../engine/trace/trace.ts";
import type { SlotGuess } from "./slots.ts";
import type { MountName } from "./types.ts";

export interface Step {
  readonly at: number;
  readonly mount: number;
  readonly do: "mount" | "umount" | "force-umount" | "fenced";
}

/** Goes along with whoever reads the entries. */
export class StepFinder {
  readonly steps: Step[] = [];
  /** What a driver wrote between. */
  readonly marks: { readonly at: number; readonly text: string }[] = [];
  private readonly seen = new Set<number>();
  private readonly fenced = new Set<number>();
  private readonly forced = new Set<number>();

  see({ kind, at, mount, data }: TraceEntry): void {
    const { rid, mark } = data as { readonly rid?: number; readonly mark?: string };
    if (kind === "fence_start" && rid !== undefined) this.fenced.add(rid - 1);
    if (kind === "tracing_mark_write" && /^(?:drop|heal|step)\b/.test(mark ?? "")) {
      this.marks.push({ at, text: mark ?? "" });
    }
    if (mount < 0 || kind === "incarnation") return;
    if (!this.seen.has(mount)) {
      this.seen.add(mount);
      this.steps.push({ at, mount, do: "mount" });
    }
    if (kind === "umount_begin_forced" || kind === "umount_begin") {
      this.forced.add(mount);
      this.steps.push({ at, mount, do: this.fenced.has(mount) ? "fenced" : "force-umount" });
    }
    if (kind === "put_super" && !this.forced.has(mount)) {
      this.steps.push({ at, mount, do: "umount" });
    }
  }
}

export interface Skeleton {
  readonly file: string;
  readonly mounts: readonly MountName[];
  readonly slots: number;
  readonly heartbeatTimeoutMs: number;
  readonly guess: SlotGuess;
  readonly finder: StepFinder;
  /** Where it leads: the time of the first finding, or of the last entry. */
  readonly untilUs: number;
  readonly finding: string;
}

/** The n-th mount of the scenario for each mount of the capture: incarnations of a device share
 *  one, which is the one of its slot where that is known. */
export function devicesOf(s: Skeleton): number[] {
  const taken = new Map<string, number>();
  const slots = slotCount(s);
  let next = slots;
  return s.mounts.map(({ name, slot }) => {
    const known = slot >= 0 ? slot : (s.guess.slotOf.get(name) ?? -1);
    const device = known >= 0 ? `slot ${known}` : (/^m\d+/.exec(name)?.[0] ?? name);
    const n = taken.get(device) ?? (known >= 0 && known < slots ? known : next++);
    taken.set(device, n);
    return n;
  });
}

const slotCount = ({ slots, guess }: Skeleton): number => slots || Math.max(1, guess.slots);
const AGENTS = 1;

export function skeletonText(s: Skeleton): string {
  const devices = devicesOf(s);
  const slots = slotCount(s);
  const count = Math.max(slots, ...devices.map((n) => n + 1));
  const file = s.file.split("/").at(-1) ?? "";
  const isKnown = s.slots > 0 ? "" : "; that there are no more slots is a guess";
  const lines = [
    `# A skeleton from the capture ${file}: what its people did, at its times${isKnown}.`,
    `# ${s.finding.replace(s.file, file)}`,
    "# What was asked of the mounts in between is not in a capture: add it with do use-inode,",
    "# do write-file and the like, then rewrite the output with scoutsim run --golden.",
    "",
    `world cluster mounts=${count} slots=${slots} hb=${s.heartbeatTimeoutMs}ms promises=all`,
    "----",
    "",
  ];
  const names = new Map<number, string>();
  const used = new Set<number>();
  let remounts = 0;
  let now = 0;
  const steps = s.finder.steps.filter(({ at }) => at <= s.untilUs);
  for (const step of steps.toSorted((a, b) => a.at - b.at)) {
    if (step.at > now) lines.push(`run for=${step.at - now}us`, "----", "");
    now = Math.max(now, step.at);
    const marks = s.finder.marks.filter(({ at }) => at <= now);
    for (const { text } of marks) lines.push(`# the driver: ${text.replace(/\s+/g, " ")}`);
    s.finder.marks.splice(0, marks.length);
    const n = devices[step.mount] ?? 0;
    const own = s.mounts[step.mount]?.name ?? "";
    if (step.do === "mount") {
      const name = used.has(n) ? `m${n}.${count + AGENTS + remounts++}` : `m${n}`;
      lines.push(`# ${own} of the capture is ${name}`);
      lines.push(used.has(n) ? `do remount n=${n}` : `start mount mount=${name}`, "----", "");
      names.set(step.mount, name);
      used.add(n);
    } else if (step.do === "fenced") {
      lines.push(`# the agent fences ${names.get(step.mount) ?? own} about here`);
    } else {
      const force = step.do === "force-umount" ? " force=1" : "";
      lines.push(`start umount mount=${names.get(step.mount) ?? `m${n}`}${force}`, "----", "");
    }
  }
  if (s.untilUs > now) lines.push(`run for=${s.untilUs - now}us`, "----", "");
  return `${lines.join("\n").trimEnd()}\n`;
}
