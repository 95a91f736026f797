// The golden scenario format (.scn). A file opens with a comment that says why it exists; then come
// blocks of command lines, `----` and the exact output. A person reviews a change of behaviour as a
// change of these files; one flag rewrites them.

export {
  choiceArg,
  durationArgUs,
  expectArgs,
  listArg,
  numberArg,
  parseDurationUs,
  textArg,
  words,
} from "./scn/args.ts";
export { parseScn } from "./scn/parse.ts";
export { printScn } from "./scn/print.ts";
export type { ScnDifference } from "./scn/run.ts";
export { checkScn, combineExecutors, formatDifference, runScn } from "./scn/run.ts";
export type { Scenario, ScnArg, ScnBlock, ScnCommand, ScnExecutor } from "./scn/types.ts";
