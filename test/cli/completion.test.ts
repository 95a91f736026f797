// What `completion` prints is loaded by the shell that it is for, and there completes verbs, flags,
// variants, choices and files. A shell that is not installed is skipped, and its test says so.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { completionFor } from "../../sim/cli/completion/completion.ts";
import { buildProgram } from "../../sim/cli/program.ts";

let folder = "";
const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "scoutsim-"));
  for (const name of ["a.scn", "b.json", "c.txt"]) writeFileSync(join(folder, name), "");
  mkdirSync(join(folder, "dir"));
  const program = buildProgram(() => {});
  for (const shell of SHELLS) {
    const lines = completionFor(shell, program);
    writeFileSync(join(folder, `script.${shell}`), `${lines.join("\n")}\n`);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Types a line in a terminal, presses TAB, and shows what the line is then. */
const ZSH = `
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1=; PROMPT_EOL_MARK=; unsetopt beep; autoload -Uz compinit && compinit -D'
zpty -w shell 'source ./script.zsh'
zpty -w shell 'show() { print -r -- "<<$BUFFER>>"; BUFFER=; zle accept-line }; zle -N show'
zpty -w shell 'bindkey "^X" show; print ready'
zpty -r shell out '*ready*ready*'
for line in "$@"; do
  zpty -n -w shell "$line"$'\\t\\x18'
  zpty -r shell out '*>>*'
  print -r -- "\${\${out##*<<}%%>>*}"
done
zpty -d shell
`;

const BASH = `
source ./script.bash
for line in "$@"; do
  COMP_WORDS=($line); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); COMPREPLY=()
  _scoutsim
  COMP_WORDS[COMP_CWORD]="\${COMPREPLY[*]}"; echo "\${COMP_WORDS[*]}"
done
`;

const FISH = `
source ./script.fish
for line in $argv
  set words (string split ' ' -- $line)
  set found (complete -C $line | string replace -r '\\t.*' '')
  set words[-1] "$found"
  echo "$words"
end
`;

const DRIVERS: Readonly<Record<Shell, readonly string[]>> = {
  bash: ["--norc", "-c", BASH, "bash"],
  zsh: ["-f", "-c", ZSH, "zsh"],
  fish: ["--no-config", "-c", FISH],
};

const LINES: readonly (readonly [line: string, completed: string])[] = [
  ["scoutsim hun", "scoutsim hunt"],
  ["scoutsim --ver", "scoutsim --version"],
  ["scoutsim hunt --ru", "scoutsim hunt --runs"],
  ["scoutsim hunt --variant mend", "scoutsim hunt --variant mended"],
  ["scoutsim compare --against mai", "scoutsim compare --against main"],
  ["scoutsim trace x --to perf", "scoutsim trace x --to perfetto"],
  ["scoutsim completion z", "scoutsim completion zsh"],
  ["scoutsim new sc", "scoutsim new scenario"],
  ["scoutsim run a", "scoutsim run a.scn"],
  ["scoutsim replay b", "scoutsim replay b.json"],
  ["scoutsim hunt --nothing-like-it", "scoutsim hunt --nothing-like-it"],
];

const isThere = (shell: Shell): boolean => spawnSync(shell, ["-c", "exit"]).status === 0;

describe.each(SHELLS)("completion in %s", (shell) => {
  const why = isThere(shell) ? "" : `: skipped, since ${shell} is not installed here`;

  it.skipIf(why !== "")(`completes each kind of word${why}`, () => {
    const given = LINES.map(([line]) => line);
    const out = execFileSync(shell, [...DRIVERS[shell], ...given], {
      ...{ cwd: folder, encoding: "utf8", env: { ...process.env, TERM: "dumb" } },
    });
    const ends = out.trimEnd().split("\n");
    const wanted = LINES.map(([, completed]) => completed);
    const noMatch = shell === "zsh" ? wanted : [...wanted.slice(0, -1), "scoutsim hunt"];
    expect(ends.map((line) => line.trim())).toEqual(noMatch);
  });

  it("names every verb and every flag", () => {
    const program = buildProgram(() => {});
    const text = completionFor(shell, program).join("\n");
    for (const verb of program.commands) {
      expect(text).toContain(verb.name());
      for (const { long } of verb.options) {
        expect(text).toContain(shell === "fish" ? ` -l ${long?.slice(2)} ` : `${long}`);
      }
    }
  });
});
