// A line of a trace as the tracing file and `trace-cmd report` print it, and what stands between:
// headers, the second half of a text with a line end in it, and notes of lost events.

export interface TraceLine {
  readonly task: string;
  readonly cpu: number;
  /** As printed. */
  readonly seconds: string;
  readonly event: string;
  readonly text: string;
}

/** A name has at most fifteen characters, spaces and dashes among them. */
const line =
  /^\s*(\S.{0,15}?)-(\d+)\s+(?:\(.{0,9}\)\s+)?\[(\d+)\]\s+(?:\S+\s+)?(\d+\.\d+): +([\w.]+): *(.*)$/;

/** Undefined for what is no event. */
export function traceLine(text: string): TraceLine | undefined {
  const found = line.exec(text);
  if (found === null) return undefined;
  const [, name = "", pid = "", cpu = "", seconds = "", event = "", rest = ""] = found;
  return { task: `${name}-${pid}`, cpu: Number(cpu), seconds, event, text: rest };
}

const lost =
  /\bLOST (\d+) EVENTS\b|\b(\d+) EVENTS DROPPED\b|\bLOST EVENTS\b|\bEVENTS (LOST|DROPPED)\b/i;

/** How many events were lost there, 0 for a number that nobody knows; undefined for none. */
export function lostIn(text: string): number | undefined {
  const found = lost.exec(text);
  if (found === null) return undefined;
  return Number(found[1] ?? found[2] ?? 0);
}

const written = /^#\s*entries-in-buffer\/entries-written:\s*(\d+)\/(\d+)/;

/** How many events the ring buffer has overwritten, as the head of the tracing file says. */
export function overwrittenIn(text: string): number {
  const found = written.exec(text);
  return found === null ? 0 : Number(found[2]) - Number(found[1]);
}

const head = /^(?:#.*|cpus=\d+|version = .*|CPU \d+ is empty|trace-cmd: .*|\s*)$/;
/** Lines that are part of the form. */
export const isHead = (text: string): boolean => head.test(text);

/** What tells a trace from other texts: one of its first lines. */
export const looksLikeTrace = (text: string): boolean =>
  text.startsWith("# tracer:") || /^cpus=\d+$/.test(text) || traceLine(text) !== undefined;
