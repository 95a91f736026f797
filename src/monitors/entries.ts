// The entries that monitors read, and their fields. Kinds are the names of tracepoints and probes
// of the real system, so that one monitor judges a run of the model and a recording alike; where
// the model uses a name of its own for the same moment, it is translated here and nowhere else.
//
// Some kinds are neither in scoutfs nor caused by it: `cluster` says once how the run is set up,
// `incarnation` says before anything else of a mount which rid and which quorum slot it has;
// `unfair` and `fair` enclose a fault (the recordings' driver marks the one that they have), after
// `calm` there are no more of them; `heartbeat_timeout` is a write of the option's file.

import type { Seen } from "./types.ts";

/** Every field that some kind has; reading one that the entry lacks gives undefined. */
export interface Fields {
  readonly term?: number;
  readonly type?: string;
  readonly slot?: number;
  readonly role?: string;
  readonly timeout?: number;
  readonly event?: string;
  readonly ret?: number | string;
  readonly rid?: number;
  readonly reason?: string;
  readonly which?: number;
  readonly conn_rid?: number;
  readonly accepted?: boolean;
  readonly flags?: string;
  readonly new?: string;
  readonly slots?: number;
  readonly heartbeatTimeoutMs?: number;
  readonly orphanScanDelayMs?: number;
  readonly from?: string;
  readonly to?: string;
  readonly cause?: string;
  readonly error?: unknown;
  readonly force?: boolean;
  readonly clients?: number;
  readonly mark?: string;
  readonly side?: "client" | "server";
  readonly conn?: number;
  /** The client's port: what a recording has instead of `conn`. */
  readonly cport?: number;
  readonly peer?: string;
  readonly seq?: number;
  readonly id?: number;
  readonly cmd?: string;
  readonly resp?: 0 | 1;
  readonly key?: number;
  readonly asked_key?: number;
  readonly new_server?: 0 | 1;
  readonly ino?: number;
  readonly what?: string;
  readonly file?: string;
  readonly host?: number;
  readonly did?: string;
  readonly permille?: number;
  readonly byUs?: number;
}

const recordedAs: Readonly<Record<string, string>> = {
  "fence.start": "fence_start",
  "fence.fenced": "fenced_store",
  "fence.free": "fence_free",
  umount_begin: "umount_begin_forced",
};

const statusAs: Readonly<Record<string, string>> = {
  STARTING: "server_start",
  /** No name of the recordings: they show the `net_listen` before it. */
  UP: "server_up",
  DOWN: "server_work_exit",
};

/** What the driver of the recordings wrote into them as it began and ended a fault. */
function markedAs(mark: string): string {
  if (mark.startsWith("drop udp")) return "unfair";
  return mark === "heal" ? "fair" : "mark";
}

/** The recording's name of the entry's kind. */
export function kindOf(entry: Seen): string {
  if (entry.kind === "server.status") {
    return statusAs[fieldsOf(entry).to ?? ""] ?? entry.kind;
  }
  if (entry.kind === "tracing_mark_write") return markedAs(fieldsOf(entry).mark ?? "");
  return recordedAs[entry.kind] ?? entry.kind;
}

export const fieldsOf = (entry: Seen): Fields => entry.data as Fields;

/** `wants` of a monitor: the kinds by their recorded names, and by the model's where it has one. */
export function wanted(...kinds: readonly string[]): string[] {
  const own = Object.entries(recordedAs).filter(([, recorded]) => kinds.includes(recorded));
  const status = Object.values(statusAs).some((kind) => kinds.includes(kind));
  return [
    ...kinds,
    ...own.map(([kind]) => kind),
    ...(status ? ["server.status"] : []),
    ...(kinds.includes("unfair") ? ["tracing_mark_write"] : []),
  ];
}

/** `ret` of a probe on a return: 0 in both worlds when all went well. */
export const succeeded = (fields: Fields): boolean => fields.ret === 0;
/** Of a quorum worker that ends: because its server did, which is no reason to end. */
export const leavesForItsServer = (fields: Fields): boolean => fields.ret === "ESHUTDOWN";
/** A reclaim: the recording has `ret`, the model leaves `error` undefined. */
export const reclaimed = (fields: Fields): boolean =>
  fields.ret === undefined ? fields.error === undefined : fields.ret === 0;

/** Of a table by `server/rid`: what belongs to one server. */
export function dropServer(table: Record<string, unknown>, mount: number): void {
  for (const key of Object.keys(table)) if (key.startsWith(`${mount}/`)) delete table[key];
}
