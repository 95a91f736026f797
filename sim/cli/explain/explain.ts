// `scoutsim explain`.

export interface ExplainOptions {
  readonly lines: string;
  readonly runs: string;
  readonly points: string;
  readonly samples: string;
}

export async function explain(_file: string, _o: ExplainOptions): Promise<number> {
  return 2;
}
