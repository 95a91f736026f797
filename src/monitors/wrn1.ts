// WRN1: the kernel warns of nothing: no check of scoutfs that its text holds to be impossible, and
// that goes on with an error or a guess, is ever true.
//
// Those are its WARN_ON and WARN_ON_ONCE; a note that begins with WARN stands for one. An access of
// an item that the lock of the caller does not protect is one of them (item.c:lock_safe), a lock
// that has a user after lock shutdown another (lock.c:scoutfs_lock_destroy). A capture shows what
// the kernel has printed nowhere.

import type { EntryMonitor } from "./types.ts";

const WARN = "WARN ";

export const wrn1: EntryMonitor<object> = {
  promise: "WRN1",
  wants: ["note"],
  start: () => ({}),
  on({ mount, data }, _s, judge) {
    const { text = "" } = data as { readonly text?: string };
    if (text.startsWith(WARN)) judge.violate(text.slice(WARN.length), `mount ${mount} warns`);
  },
};
