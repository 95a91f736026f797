// What a tidy rule says: where, what is wrong, and what to do about it.

export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly what: string;
  readonly remedy: string;
}

export function say(f: Finding): string {
  return `${f.path}:${f.line} ${f.what}: ${f.remedy}`;
}
