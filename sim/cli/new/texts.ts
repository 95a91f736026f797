// The skeletons of `scoutsim new`.

import { scenarioExecutor } from "../../cluster/scenario/scenario.ts";
import { parseScn, printScn, runScn } from "../../report/scn.ts";

/** With the output that it has, so that it runs clean from the start. */
export function scenarioText(name: string): string {
  const text = `# Why: ${name.replaceAll("-", " ")}: say in a sentence what this shows.

world cluster mounts=3 slots=3 hb=3s promises=all
do mount-all
run for=3s
----

start umount mount=m1 force=1
trace for=8s kinds=server.status,fence.start,fence.free fields=to,rid,reason
do judge
----
`;
  return printScn(runScn(parseScn(text, `${name}.scn`), scenarioExecutor()));
}

const camel = (name: string): string =>
  name.replace(/-([a-z0-9])/g, (_all, first: string) => first.toUpperCase());

export const variantText = (name: string, types: string): string =>
  `// What scoutfs did, or would do, otherwise than main, and what came of it: in two or three
// sentences.

import type { Variant } from "${types}";

export const ${camel(name)}: Variant = {
  id: "${name}",
  kind: "regression",
  commit: undefined,
  area: "server.c",
  promises: ["LIVE"],
  says: "${name.replaceAll("-", " ")}",
  rules: {},
};
`;

export function monitorText(name: string, types: string): string {
  const promise = name.toUpperCase();
  const entries = types.replace(/types\.ts$/, "entries.ts");
  const imports = [
    `import { fieldsOf, kindOf, wanted } from "${entries}";`,
    `import type { EntryMonitor } from "${types}";`,
  ];
  return `// ${promise}: what is promised, in a sentence, and why it is judged from these entries.

${imports.join("\n")}

interface State {
  /** How often it was seen, by mount. */
  seen: Record<number, number>;
}

export const ${name.toLowerCase()}: EntryMonitor<State> = {
  promise: "${promise}",
  wants: wanted("server_start"),
  start: () => ({ seen: {} }),
  on(entry, s, judge) {
    if (kindOf(entry) !== "server_start") return;
    const { term } = fieldsOf(entry);
    const seen = (s.seen[entry.mount] ?? 0) + 1;
    s.seen[entry.mount] = seen;
    if (term === 0) judge.violate("server_start", \`start \${seen} is in no term\`);
  },
};
`;
}
