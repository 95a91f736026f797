// One of two members asks to leave, and its request is handled twice, as on two connections by
// which it came back. See src/variants/farewell-counts-once.ts.

import { expect, test } from "vitest";
import type { Cluster } from "../../../sim/cluster/world/types.ts";
import { mendedVariants, variantOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import type { Monitor } from "../../../sim/engine/trace/monitor.ts";
import { each } from "../../../src/core/index.ts";
import { fwl1 } from "../../../src/monitors/fwl1.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { count, fields, gone, mounted, peek, SECOND } from "../trans/world.ts";

const REPAIR = variantOf("farewell-counts-once");

function leavesTwice(variants: readonly Variant[], times: number) {
  const monitors = [fwl1] as unknown as Monitor<Cluster>[];
  const w = mounted({ mounts: 2, slots: 3, hosts: 2, variants, blueprint: { monitors } });
  const leader = [0, 1].find((n) => peek(w, n).server.status === "UP") ?? -1;
  const { rid } = peek(w, 1 - leader).super;
  start(w, 1 - leader, "umount", { force: false });
  expect(w.runUntil(() => count(w, "server_farewell") > 0, w.now + SECOND)).toBe(true);
  const [conn] = [...each(peek(w, leader).net.conns)].flatMap(([h, c]) =>
    c.rid === rid && c.listening !== undefined ? [h] : [],
  );
  const { id } = fields(w, "server_farewell").at(-1) as { id: number };
  const request = { conn, cmd: "FAREWELL", id, data: undefined };
  for (let i = 1; i < times; i++) start(w, leader, "server_farewell", request as never);
  w.runFor(5 * SECOND);
  const left = gone(w).length;
  if (left === 0) start(w, leader, "umount", { force: false });
  w.runFor(20 * SECOND);
  return { left, inTheEnd: gone(w).length, broken: w.violations.map(({ promise }) => promise) };
}

/** Until the other member asks too. */
const STAYS = { left: 0, inTheEnd: 2, broken: [] };

test("counts as two members in main, and is let go", () => {
  expect(leavesTwice([], 1)).toEqual(STAYS);
  expect(leavesTwice([], 2)).toMatchObject({ left: 1, inTheEnd: 1, broken: ["FWL1"] });
});

test.each([
  ["alone", [REPAIR]],
  ["with the others", mendedVariants],
])("counts once with the repair %s", (_name, variants) => {
  expect(leavesTwice(variants, 2)).toEqual(STAYS);
  expect(leavesTwice(variants, 3)).toEqual(STAYS);
});
