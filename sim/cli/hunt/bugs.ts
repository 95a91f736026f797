// `scoutsim bugs`: the variants, and what finding each costs by the last measurement.

import { variants } from "../../../src/variants/index.ts";
import { writeLine } from "../output.ts";
import { bugHead, bugLine } from "./bug-lines.ts";
import { CORPUS_FILE, readCorpus } from "./corpus-file.ts";

export interface BugsOptions {
  readonly json?: true;
  readonly repairs?: true;
}

export function listBugs(o: BugsOptions): number {
  const costs = new Map(readCorpus(CORPUS_FILE)?.bugs.map((cost) => [cost.id, cost]));
  const shown = variants.filter(({ kind }) => o.repairs === true || kind !== "repair");
  if (o.json === true) {
    const list = shown.map(({ id, kind, commit, area, promises, says, unsound }) => {
      return { id, kind, commit, area, promises, says, unsound, cost: costs.get(id) };
    });
    writeLine(JSON.stringify(list, null, 1));
    return 0;
  }
  writeLine(bugHead());
  for (const v of shown) writeLine(bugLine(v, costs.get(v.id)));
  return 0;
}
