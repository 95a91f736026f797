// The arguments of probes, `(function+0x4/0x40 [scoutfs]) srid=0x3e.. rid=0x.. which=3`, both ways.
// What they stand for is told by their names.

import type { Rids, Values } from "./template.ts";
import { type EnumName, enums, swapPort } from "./values.ts";

const HEX_DIGITS = 16;
const fullRid = (text: string): string => text.replace(/^0x/, "").padStart(HEX_DIGITS, "0");

/** Arguments that name mounts, by the field that they become. */
const mounts: Readonly<Record<string, string>> = { srid: "node", rid: "client", gr_rid: "client" };
const named: Readonly<Record<string, EnumName>> = {
  event: "event",
  reason: "reason",
  old: "mode",
  new: "mode",
};
const keyParts = ["z", "k1", "t", "k2", "k3", "k4"];
/** Says nothing that a reader wants. */
const dropped = new Set(["addr_be"]);

export function readProbe(text: string, rids: Rids, values: Values): void {
  const key: Record<string, string> = {};
  const from = text.indexOf(") ");
  for (const part of (from < 0 ? "" : text.slice(from + 2)).split(" ")) {
    const at = part.indexOf("=");
    if (at < 0) continue;
    const name = part.slice(0, at);
    const value = part.slice(at + 1);
    if (keyParts.includes(name)) key[name] = value;
    else if (!dropped.has(name)) take(values, name, value, rids);
  }
  if (key.z !== undefined) values.key = keyParts.map((part) => key[part] ?? "0").join(".");
}

function take(values: Values, name: string, value: string, rids: Rids): void {
  const mount = mounts[name];
  const known = named[name];
  if (mount !== undefined) values[mount] = rids.nameOf(fullRid(value));
  else if (name === "conn_rid") values.conn_rid = /^0x0+$/.test(value) ? 0 : nameOf(value, rids);
  else if (name === "port_be") values.port = swapPort(Number(value));
  else if (name === "buf" || name === "locks") values[name] = value;
  else if (known !== undefined) values[name] = enums[known].name(value);
  else values[name] = Number(value);
}

const nameOf = (value: string, rids: Rids): string => rids.nameOf(fullRid(value));
