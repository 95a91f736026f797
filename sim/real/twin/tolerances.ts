// Where a twin may differ from what it follows, and why. Each use is counted under its name; there
// is no other slack.

export const tolerances = {
  "clock between records":
    "a timeout rests on a reading of the clock between two records: that reading is taken",
  "timer early by up to 10 ms":
    "that is how good the recording is: receives were seen to end up to 4.6 ms before their time",
  "look for what is fenced at any time":
    "the reclaim worker's looks are seen only when they find something, so their phase is not",
  "datagram unseen after forced unmount":
    "such a mount takes a datagram without a trace: any that others sent it may be the one",
  "which request the agent answered": "the probe does not tell: any that is not answered yet",
  "net_shutdown inside net_free_conn":
    "the compiler made them one function, so the probe does not see that call",
  "recv_seq is read while it is raised":
    "a send reads it without the lock, between the record of a receive and the store after it",
  "a message that was never sent":
    "it took a number and was dropped before any socket had it, so nothing tells what it was",
} as const;
export type Tolerance = keyof typeof tolerances;

/** How often each was made use of while orders were tried, by all twins together. */
export const uses = new Map<Tolerance, number>();
export const used = (t: Tolerance): void => {
  uses.set(t, (uses.get(t) ?? 0) + 1);
};

export const timerEarlyUs = 10_000;
