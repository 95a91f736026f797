// What shells complete: verbs and flags as the program has them, so that none is forgotten, ids of
// variants, formats, and files by their endings.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these braces are the shell's

import type { Command, Option } from "commander";
import { variants } from "../../../src/variants/index.ts";
import { UserError } from "../../report/user-error.ts";

interface Flag {
  readonly long: string;
  readonly says: string;
  readonly takesValue: boolean;
}

interface Verb {
  readonly name: string;
  readonly says: string;
  readonly flags: readonly Flag[];
  /** Words that its first argument can be. */
  readonly words: readonly string[];
  /** Endings of the files that it takes; none for any. */
  readonly endings: readonly string[];
}

const FORMATS = ["text", "ndjson", "perfetto", "shiviz", "mermaid", "ftrace"];
const endings: Readonly<Record<string, readonly string[]>> = {
  run: ["scn"],
  step: ["scn", "json"],
  replay: ["json"],
  minimise: ["json"],
  explain: ["json"],
  explore: ["json"],
};

const HELP: Flag = { long: "--help", says: "how it is used", takesValue: false };

const flagOf = ({ long, description, required, optional }: Option): Flag => ({
  ...{ long: long ?? "", says: description, takesValue: required || optional },
});

function verbsOf(program: Command): Verb[] {
  return program.commands.map((command) => {
    const [argument] = command.registeredArguments;
    const name = argument?.name() ?? "";
    const isChoice = name.includes("|") && !/artifact|seed/.test(name);
    return {
      name: command.name(),
      says: command.description(),
      flags: [...command.options.map(flagOf), HELP],
      words: isChoice ? name.split("|") : [],
      endings: endings[command.name()] ?? [],
    };
  });
}

const ids = (): string[] => ["mended", ...variants.map(({ id }) => id)];

/** What flags take that take one of a few words. */
const values: Readonly<Record<string, readonly string[]>> = {
  "--variant": ids(),
  "--against": ["main", ...ids()],
  "--base": ["main", ...ids()],
  "--to": FORMATS,
};

export function completionFor(shell: string, program: Command): string[] {
  const verbs = verbsOf(program);
  switch (shell) {
    case "bash":
      return bash(verbs);
    case "zsh":
      return zsh(verbs);
    case "fish":
      return fish(verbs);
    default:
      throw new UserError(`completion takes bash, zsh or fish, not "${shell}"`);
  }
}

function bash(verbs: readonly Verb[]): string[] {
  const cases = verbs.flatMap(({ name, flags, words, endings: ends }) => [
    `    ${name})`,
    `      flags="${flags.map(({ long }) => long).join(" ")}"`,
    ...(words.length > 0 ? [`      words="${words.join(" ")}"`] : []),
    ...(ends.length > 0 ? [`      ends="${ends.join(" ")}"`] : []),
    "      ;;",
  ]);
  return [
    "_scoutsim() {",
    '  local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}"',
    '  local verb="${COMP_WORDS[1]}" flags="" words="" ends="" end file',
    "  COMPREPLY=()",
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    words="${verbs.map(({ name }) => name).join(" ")} --help --version"`,
    '    COMPREPLY=($(compgen -W "$words" -- "$cur"))',
    "    return",
    "  fi",
    '  case "$prev" in',
    ...Object.entries(values).map(
      ([flag, all]) =>
        `    ${flag}) COMPREPLY=($(compgen -W "${all.join(" ")}" -- "$cur")); return ;;`,
    ),
    "  esac",
    '  case "$verb" in',
    ...cases,
    "  esac",
    '  case "$cur" in',
    '    -*) COMPREPLY=($(compgen -W "$flags" -- "$cur")); return ;;',
    "  esac",
    '  if [ -n "$words" ] && [ "$COMP_CWORD" -eq 2 ]; then',
    '    COMPREPLY=($(compgen -W "$words" -- "$cur"))',
    "    return",
    "  fi",
    "  while IFS= read -r file; do",
    '    if [ -d "$file" ]; then COMPREPLY+=("$file"); continue; fi',
    '    if [ -z "$ends" ]; then COMPREPLY+=("$file"); continue; fi',
    "    for end in $ends; do",
    '      case "$file" in *."$end") COMPREPLY+=("$file") ;; esac',
    "    done",
    '  done < <(compgen -f -- "$cur")',
    "}",
    "complete -o filenames -F _scoutsim scoutsim",
  ];
}

const quoted = (text: string): string => `'${text.replace(/[\\']/g, "\\$&")}'`;
/** zsh knows no backslash between single quotes. */
const zshQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** A description comes after a colon. */
const described = (word: string, says: string): string =>
  zshQuoted(`${word.replaceAll(":", "\\:")}:${says}`);

/** Sourced, or in a folder of `fpath` under the name `_scoutsim`. */
function zsh(verbs: readonly Verb[]): string[] {
  const cases = verbs.flatMap(({ name, flags, words, endings: ends }) => [
    `    ${name})`,
    `      flags=(${flags.map(({ long, says }) => described(long, says)).join(" ")})`,
    ...(words.length > 0 ? [`      first=(${words.join(" ")})`] : []),
    ...(ends.length > 0 ? [`      files='*.(${ends.join("|")})(-.)'`] : []),
    "      ;;",
  ]);
  return [
    "#compdef scoutsim",
    "_scoutsim() {",
    "  local -a flags first all",
    "  local files='*'",
    '  case "$words[CURRENT-1]" in',
    ...Object.entries(values).map(
      ([flag, all]) => `    ${flag}) compadd -- ${all.join(" ")}; return ;;`,
    ),
    "  esac",
    "  if (( CURRENT == 2 )); then",
    `    all=(${verbs.map(({ name, says }) => described(name, says)).join(" ")})`,
    "    flags=(--help --version)",
    '    if [[ "$PREFIX" == -* ]]; then compadd -- $flags; else _describe verb all; fi',
    "    return",
    "  fi",
    '  case "$words[2]" in',
    ...cases,
    "  esac",
    '  if [[ "$PREFIX" == -* ]]; then _describe flag flags; return; fi',
    "  if (( $#first && CURRENT == 3 )); then compadd -- $first; return; fi",
    '  _files -g "$files"',
    "}",
    "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -D }",
    'if [[ "$zsh_eval_context[-1]" == loadautofunc ]]; then',
    '  _scoutsim "$@"',
    "else",
    "  compdef _scoutsim scoutsim",
    "fi",
  ];
}

/** `complete -f` keeps files out where words are all that fits. */
function fish(verbs: readonly Verb[]): string[] {
  const first = "complete -c scoutsim -n __fish_use_subcommand -f";
  const lines = verbs.map(({ name, says }) => `${first} -a ${name} -d ${quoted(says)}`);
  lines.push(`${first} -l help -d 'how it is used'`, `${first} -l version -d 'which one it is'`);
  for (const { name, flags, words, endings: ends } of verbs) {
    const here = `complete -c scoutsim -n '__fish_seen_subcommand_from ${name}'`;
    for (const { long, says, takesValue } of flags) {
      const all = values[long];
      const takes = all === undefined ? "" : ` -x -a ${quoted(all.join(" "))}`;
      const own = takes === "" && takesValue ? " -r" : takes;
      lines.push(`${here} -l ${long.slice(2)} -d ${quoted(says)}${own}`);
    }
    if (words.length > 0) lines.push(`${here} -f -a ${quoted(words.join(" "))}`);
    if (ends.length > 0) {
      const files = ends.map((end) => `(__fish_complete_suffix .${end})`);
      lines.push(`${here} -k -a "${files.join(" ")}"`);
    }
  }
  return lines;
}
