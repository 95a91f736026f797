// A small difference of two texts for people: what is the same at both ends is left out but for a
// little context, and what lies between is aligned on its longest common subsequence.

const CONTEXT = 2;
const MOST_LINES = 40;
/** Beyond this many pairs of lines the middle is shown as one removal and one addition. */
const MOST_PAIRS = 1_000_000;

export interface Diff {
  /** How many lines are the same before the first difference. */
  readonly same: number;
  /** Each begun with "  ", "- " or "+ "; at most about forty. */
  readonly lines: readonly string[];
}

export function diffLines(before: readonly string[], after: readonly string[]): Diff {
  const shorter = Math.min(before.length, after.length);
  let same = 0;
  while (same < shorter && before[same] === after[same]) same++;
  let tail = 0;
  while (tail < shorter - same && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const middle = align(
    before.slice(same, before.length - tail),
    after.slice(same, after.length - tail),
  );
  const lines = [
    ...before.slice(Math.max(0, same - CONTEXT), same).map((line) => `  ${line}`),
    ...middle,
    ...before
      .slice(before.length - tail)
      .slice(0, CONTEXT)
      .map((line) => `  ${line}`),
  ];
  return { same, lines: shorten(lines) };
}

function shorten(lines: readonly string[]): readonly string[] {
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES), `  ... and ${lines.length - MOST_LINES} lines more`];
}

function align(before: readonly string[], after: readonly string[]): string[] {
  if (before.length * after.length > MOST_PAIRS) {
    return [...before.map((line) => `- ${line}`), ...after.map((line) => `+ ${line}`)];
  }
  const common = commonLengths(before, after);
  const lengthAt = (i: number, j: number): number => common[i]?.[j] ?? 0;
  const lines: string[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      lines.push(`  ${before[i]}`);
      i++;
      j++;
    } else if (i < before.length && lengthAt(i + 1, j) >= lengthAt(i, j + 1)) {
      lines.push(`- ${before[i++]}`);
    } else if (j < after.length) {
      lines.push(`+ ${after[j++]}`);
    } else {
      lines.push(`- ${before[i++]}`);
    }
  }
  return lines;
}

/** [i][j]: length of the longest common subsequence of `before` from i and `after` from j. */
function commonLengths(before: readonly string[], after: readonly string[]): number[][] {
  const rows = before.map(() => new Array<number>(after.length + 1).fill(0));
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const skipped = Math.max(rows[i + 1]?.[j] ?? 0, rows[i]?.[j + 1] ?? 0);
      const length = before[i] === after[j] ? 1 + (rows[i + 1]?.[j + 1] ?? 0) : skipped;
      (rows[i] as number[])[j] = length;
    }
  }
  return rows;
}
