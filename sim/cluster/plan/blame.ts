// Whom the faults of a plan touch: those may be fenced without having done anything wrong. Who is
// there is told when a fault begins; who comes to a host while one lasts, when it comes.

import { pathOf, scaled, slowestIoUs } from "../../engine/device.ts";
import { Kind } from "../../engine/event.ts";
import type { ClusterWorld } from "../world/types.ts";

export const EVERY_HOST = -1;
const HEALTHY = 1000;
/** Where one task start, or one I/O, takes so long: a greeting or a commit is a dozen of them, and
 *  clients are waited for 20 s (net.c: CLIENT_RECONNECT_TIMEOUT_MS). */
const NEARLY_STILL_US = 1_000_000;

export function isNearlyStill(us: number, permille: number): boolean {
  return scaled(us, permille) >= NEARLY_STILL_US;
}

const tell = (w: ClusterWorld, id: number): void =>
  w.record(id, "fault", { rid: w.peekMount(id).state.slot.rid });

/** Says of the mounts of a host that a fault touches them: they may be fenced from now on. */
export function blame(w: ClusterWorld, host: number): void {
  for (let id = 0; id < w.mountCount; id++) {
    const { host: own, state } = w.peekMount(id);
    if (state.slot.rid === 0 || (host !== EVERY_HOST && own !== host)) continue;
    tell(w, id);
  }
}

/** It needs a commit of its server before it is let in, also when it comes once more. */
const isNew = ({ state: { slot, client } }: ReturnType<ClusterWorld["peekMount"]>): boolean =>
  slot.rid !== 0 && client.serverTerm === 0;

/** The same of the clients that a server on that host still waits for, and of those that no server
 *  has let in yet: one whose first connection broke is waited for. */
export function blameAwaited(w: ClusterWorld, host: number): void {
  const awaited = new Set<number>();
  for (let id = 0; id < w.mountCount; id++) {
    const { alive, host: own, state } = w.peekMount(id);
    if (!alive || own !== host) continue;
    for (const { rid } of state.recov.pending) awaited.add(rid);
  }
  for (let id = 0; id < w.mountCount; id++) {
    const mount = w.peekMount(id);
    const isAwaited = awaited.has(mount.state.slot.rid) || (mount.alive && isNew(mount));
    if (mount.host !== host && isAwaited) tell(w, id);
  }
}

/** A way between hosts that is bad is everybody's: whose server is behind it is not known yet. */
function isNetworkIll(w: ClusterWorld): boolean {
  const { usual, ways } = w.peekNet();
  const isCut = [...ways.values()].some(
    ({ link: { datagramsCut, streamsCut, clogged } }) => datagramsCut || streamsCut || clogged,
  );
  return isCut || usual.link.lossPermille > 0;
}

/** A recovery fences whom it still waits for after 30 s (server.c: SERVER_RECOV_TIMEOUT_MS), and a
 *  client may need 24 s of these to see that the server before is gone (options.c:
 *  DEFAULT_TCP_KEEPALIVE_TIMEOUT_MS). Who comes then may need a commit of the new server: for a
 *  first greeting, or for a request by a connection that broke, since that is drained before the
 *  next one takes over (net.c: scoutfs_net_shutdown_worker, scoutfs_net_server_greeting). A server
 *  that cannot write for the rest of the time has it fenced, whatever it does. */
export const RECOVERY_LEAVES_US = 6_000_000;

/** How much of such a fault is left: its first end that is planned is that of all of them. */
function leftUs(w: ClusterWorld, host: number, fault: "stall-io" | "slow-io"): number {
  const ends = w.pendingEvents().find(({ kind, body }) => {
    if (kind !== Kind.plan) return false;
    const { do: what, host: of } = body as { readonly do: string; readonly host?: number };
    return what === `end ${fault}` && of === host;
  });
  return ends === undefined ? 0 : ends.at - w.now;
}

/** A server that cannot write for as long keeps everybody waiting whom it has not let in. */
function isServerStuck(w: ClusterWorld): boolean {
  const servers = Array.from({ length: w.mountCount }, (_, id) => w.peekMount(id)).filter(
    ({ alive, state }) => alive && ["UP", "STARTING"].includes(state.server.status),
  );
  return servers.some(({ host }) => {
    const { stalled, slowPermille } = pathOf(w.peekDevice(), host);
    const isSlow = isNearlyStill(slowestIoUs(w.peekDevice()), slowPermille);
    const stillUs = stalled ? leftUs(w, host, "stall-io") : 0;
    const slowUs = isSlow ? leftUs(w, host, "slow-io") : 0;
    return Math.max(stillUs, slowUs) >= RECOVERY_LEAVES_US;
  });
}

function isHostIll(w: ClusterWorld, host: number): boolean {
  const { paused, slowPermille } = w.peekHost(host);
  const path = pathOf(w.peekDevice(), host);
  const isSlow = slowPermille !== HEALTHY || path.slowPermille !== HEALTHY;
  return paused || isSlow || path.stalled || path.failPermille > 0 || path.holdNext > 0;
}

/** Says so of a mount that comes, if a fault lasts there. */
export function blameNewcomer(w: ClusterWorld, id: number): void {
  const isIll = isNetworkIll(w) || isServerStuck(w) || isHostIll(w, w.peekMount(id).host);
  if (isIll) tell(w, id);
}
