// The entries that monitors read, and their fields. Kinds are the names of tracepoints and probes
// of the real system, so that one monitor judges a run of the model and a recording alike; where
// the model uses a name of its own for the same moment, it is translated here and nowhere else.
//
// Two kinds are neither in scoutfs nor caused by it: `cluster` says once how the run is set up,
// `incarnation` says before anything else of a mount which rid and which quorum slot it has.

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
  readonly new?: string;
  readonly slots?: number;
  readonly heartbeatTimeoutMs?: number;
  readonly to?: string;
  readonly error?: unknown;
}

const recordedAs: Readonly<Record<string, string>> = {
  "fence.start": "fence_start",
  "fence.fenced": "fenced_store",
  "fence.free": "fence_free",
  "server.reclaim": "reclaim_rid",
  "server.reclaimed": "reclaim_rid_ret",
  "server.farewell": "server_farewell",
  "server.commit": "server_commit_end",
  umount_begin: "umount_begin_forced",
};

const statusAs: Readonly<Record<string, string>> = {
  STARTING: "server_work_enter",
  UP: "net_listen",
  DOWN: "server_work_exit",
};

/** The recording's name of the entry's kind. */
export function kindOf(entry: Seen): string {
  if (entry.kind === "server.status") {
    return statusAs[fieldsOf(entry).to ?? ""] ?? entry.kind;
  }
  return recordedAs[entry.kind] ?? entry.kind;
}

export const fieldsOf = (entry: Seen): Fields => entry.data as Fields;

/** `wants` of a monitor: the kinds by their recorded names, and by the model's where it has one. */
export function wanted(...kinds: readonly string[]): string[] {
  const own = Object.entries(recordedAs).filter(([, recorded]) => kinds.includes(recorded));
  const status = Object.values(statusAs).some((kind) => kinds.includes(kind));
  return [...kinds, ...own.map(([kind]) => kind), ...(status ? ["server.status"] : [])];
}

/** `ret` of a probe on a return: 0 in both worlds when all went well. */
export const succeeded = (fields: Fields): boolean => fields.ret === 0;
/** A reclaim: the recording has `ret`, the model leaves `error` undefined. */
export const reclaimed = (fields: Fields): boolean =>
  fields.ret === undefined ? fields.error === undefined : fields.ret === 0;
