// For a promise that few mutants break, one that does, by its key: tried among the sample, and
// first of all when a promise was not broken. A key that no run comes to any more is passed over;
// the search then goes on without it. A monitor that kills nothing has the reason here.

/** The first promise that breaks is this one, or it breaks when only this one is watched. */
export const witnesses: Readonly<Record<string, string>> = {
  DAT1: "scoutfs_item_create_force @ find: forget item.pages[*].items",
  FNC2: "negate isAnswered",
  FNC5: "client_greeting @ enter: forget net.conns[*].recvSeq",
  FWL1: "negate lastMembersWaitForOthers",
  LCK1: "lock_invalidate_worker @ collect: forget lock.locks[*].mode",
  LCK2: "insert_mounted_client @ insert: forget server.dirtySuper.mountedClients",
  NET1: "scoutfs_net_server_greeting @ migrate: forget net.conns[*].nextSendId",
  NET2: "scoutfs_net_server_greeting @ greet: forget net.conns[*].sendQueue",
  NET3: "scoutfs_net_server_greeting @ greet: forget net.conns[*].nextSendId",
  OMP1: "scoutfs_omap_server_handle_response @ merge: forget omap.reqs[*].bits",
  QRM2: "scoutfs_quorum_worker @ hear: forget locals.qst.timeoutAt",
  QRM5: "update_quorum_block @ write: misplace io write quorum.N",
  RCL1: "delete_mounted_client @ delete: forget server.dirtySuper.mountedClients",
  SRV2: "negate bearsLostClient",
  TRN1: "server_commit_log_trees @ update: forget server.dirtySuper.logTrees[*].commitTransSeq",
};

/** By promise. */
export const silences: Readonly<Record<string, string>> = {};

const places = new Set(Object.values(witnesses).map((key) => key.split(": ")[0] ?? key));
/** Whether one of the mutants is at such a place, which few runs may come to. */
export const isWitnessed = (place: string): boolean => places.has(place);
