// The files that a person on the host of a mount would read, by their names there: debugfs has them
// under scoutfs/f.FSID.r.RID, sysfs under fs/scoutfs. Each shows what the world has at this moment.

import { ridText } from "../../../src/fence/api.ts";
import { UserError } from "../../report/user-error.ts";
import type { ClusterWorld } from "../world/types.ts";
import { clientLocks, connections, messages, ridOf, serverLocks } from "./debugfs.ts";
import { fenceFiles, fenceRequests, isLeader, quorumStatus } from "./sysfs.ts";

type Show = (w: ClusterWorld, mount: number) => string[];

const FENCE = "fence/";

const files: Readonly<Record<string, Show>> = {
  client_locks: clientLocks,
  server_locks: serverLocks,
  connections,
  messages,
  "quorum/status": quorumStatus,
  "quorum/is_leader": isLeader,
  rid: (w, id) => [ridText(ridOf(w, id))],
};

/** The names of the files, with a directory for each fence request. */
export const fileNames = (w: ClusterWorld, mount: number): string[] => [
  ...Object.keys(files),
  ...fenceRequests(w, mount).map((request) => FENCE + request),
];

/** The lines of a file; of `fence` all requests. */
export function readFile(w: ClusterWorld, mount: number, name: string): string[] {
  const show = Object.hasOwn(files, name) ? files[name] : undefined;
  if (show !== undefined) return show(w, mount);
  const requests = fenceRequests(w, mount);
  if (name === "fence") {
    return requests.flatMap((r) => [`${FENCE}${r}`, ...fenceFiles(w, mount, r).map(indented)]);
  }
  const request = name.startsWith(FENCE) ? name.slice(FENCE.length) : "";
  if (requests.includes(request)) return fenceFiles(w, mount, request);
  const known = [...fileNames(w, mount), "fence"].join(", ");
  throw new UserError(`no file is called "${name}"; files of this mount are ${known}`);
}

const indented = (line: string): string => `  ${line}`;
