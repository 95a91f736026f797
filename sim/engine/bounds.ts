// A run that grows without end is stopped with an error that names what grew, not by the machine
// running out of memory.

export class BoundReached extends Error {
  override name = "BoundReached";
  readonly what: string;

  constructor(what: string, bound: number, remedy: string, now: number, seq: number) {
    super(`more than ${bound} ${what} at ${now} us, event ${seq}: ${remedy}`);
    this.what = what;
  }
}
