// What a person can put right: a file, a flag or a name that they gave. It is reported as one line
// with the place and the remedy; every other error is a bug of scoutsim and keeps its stack.

export interface Place {
  readonly file: string;
  /** Counted from 1. */
  readonly line?: number;
  /** Counted from 1, in UTF-16 units, as editors do. */
  readonly column?: number;
}

export class UserError extends Error {
  override name = "UserError";
  readonly place: Place | undefined;

  /** `problem` says what was expected and what to do; it becomes one line. */
  constructor(problem: string, place?: Place) {
    const text = place === undefined ? problem : `${formatPlace(place)}: ${problem}`;
    super(printable(text));
    this.place = place;
  }
}

/** `file:line:column`, as far as known: what terminals and editors make a link of. */
export function formatPlace(place: Place): string {
  const { file, line, column } = place;
  return [file, line, column].filter((part) => part !== undefined).join(":");
}

/** Line ends become spaces and other control characters `?`: input cannot steer a terminal. */
function printable(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ").replace(/\p{Cc}/gu, "?");
}
