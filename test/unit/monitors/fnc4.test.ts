// FNC4: what the agent says of a target must be so.

import { expect, test } from "vitest";
import { fnc4 } from "../../../src/monitors/fnc4.ts";

type Step = readonly [kind: string, mount: number, data?: object];

const mounted: Step = ["mounted", 1, { rid: 16 }];

function judged(steps: readonly Step[], mounts = true): string[] {
  const state = fnc4.start();
  const found: string[] = [];
  const all: Step[] = [
    ["incarnation", 1, { rid: 16, slot: 0 }],
    ...(mounts ? [mounted] : []),
    ["fence_start", 0, { rid: 16 }],
  ];
  for (const [kind, mount, data = {}] of [...all, ...steps]) {
    const judge = { now: 0, violate: (_place: string, text: string) => found.push(text) };
    fnc4.on({ seq: 0, at: 0, mount, kind, data }, state, judge);
  }
  return found;
}
const rid = "0000000000000010";
const answer = (file: string, written = true): Step => [
  "agent.answer",
  9,
  { rid, request: rid, file, written },
];
const forced: Step = ["umount_begin", 1];

test("success for a target that can write, and an error for one that cannot, break it", () => {
  expect(judged([answer("fenced")])).toEqual([
    "the agent reports success, and its target can still write",
  ]);
  expect(judged([forced, answer("error")])).toEqual([
    "the agent reports an error, and its target is isolated",
  ]);
  expect(judged([["dead", 1], answer("error")])).toEqual([
    "the agent reports an error, and its target is gone",
  ]);
});

test("the truth, and an answer that found its request gone, do not", () => {
  expect(judged([forced, answer("fenced")])).toEqual([]);
  expect(judged([answer("error")])).toEqual([]);
  expect(judged([answer("fenced", false)])).toEqual([]);
});

test("acting on a rid that nobody asked for breaks it, an empty one too", () => {
  expect(judged([["agent.fence", 9, { rid: "" }]])).toEqual([
    'the agent acts on rid "", which nobody asked for',
  ]);
  expect(judged([["agent.fence", 9, { rid }]])).toEqual([]);
});

test("of a target that comes or goes it says so", () => {
  const leaves: Step = ["unmounting", 1, { rid: 16 }];
  const says = "the agent reports success, and its target can still write: its own";
  expect(judged([leaves, answer("fenced")])).toEqual([`${says} unmount is under way`]);
  expect(judged([answer("fenced")], false)).toEqual([`${says} mount is still under way`]);
});
