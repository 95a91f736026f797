// The commands of the stepper: each is a name, a letter, what it takes and what it says. A line
// that is none gives one line of complaint, and the stepper goes on.

import { UserError } from "../../report/user-error.ts";
import { goingCommands } from "./going.ts";
import { helpLines } from "./help.ts";
import { lookingCommands } from "./looking.ts";
import type { Session } from "./session.ts";

export interface Command {
  readonly name: string;
  /** One letter that stands for the name. */
  readonly letter: string;
  /** What it takes, as the help shows it. */
  readonly takes: string;
  readonly help: string;
  run(s: Session, words: readonly string[], rest: string): readonly string[];
}

const others: readonly Command[] = [
  {
    name: "help",
    letter: "h",
    takes: "",
    help: "this list",
    run: () => helpLines(commands),
  },
  {
    name: "quit",
    letter: "q",
    takes: "",
    help: "leave",
    run(s) {
      s.isOver = true;
      return [];
    },
  },
];

export const commands: readonly Command[] = [...goingCommands, ...lookingCommands, ...others];

/** `/text` and `?text` are searches. */
const signs: Readonly<Record<string, string>> = { "/": "find", "?": "rfind" };

/** What a line gives; nothing for an empty one or a comment. */
export function obey(s: Session, line: string): readonly string[] {
  const text = line.trim();
  if (text === "" || text.startsWith("#")) return [];
  try {
    const [, word = "", rest = ""] = /^(\S+)\s*(.*)$/su.exec(spelled(text)) ?? [];
    return commandOf(word).run(s, rest === "" ? [] : rest.split(/\s+/u), rest);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [`error: ${error.message}`];
  }
}

function spelled(text: string): string {
  const name = signs[text[0] ?? ""];
  return name === undefined ? text : `${name} ${slashed(text)}`;
}

/** `/re/` is a regular expression with its slashes, `/text` a text without; so it is with `?`. */
function slashed(text: string): string {
  const sign = text[0] ?? "";
  const inner = text.slice(1);
  return inner.length > 1 && inner.endsWith(sign) ? `/${inner.slice(0, -1)}/` : inner;
}

function commandOf(word: string): Command {
  const command = commands.find(({ name, letter }) => name === word || letter === word);
  if (command !== undefined) return command;
  throw new UserError(`no command is called "${word}"; help lists them`);
}
