// WRN1: the kernel warns of nothing: no check of scoutfs that its text holds to be impossible, and
// that goes on with an error or a guess, is ever true, and no work comes to a queue that is being
// drained or destroyed.
//
// Those are its WARN_ON and WARN_ON_ONCE; a note that begins with WARN stands for one. An access of
// an item that the lock of the caller does not protect is one of them (item.c:lock_safe), a lock
// that has a user after lock shutdown another (lock.c:scoutfs_lock_destroy). Work for a draining
// queue is a warning of the kernel itself (__queue_work), and worse than that: it is refused and
// counts as pending from then on, so nobody ever queues it again. A capture shows what the kernel
// has printed nowhere.

import type { EntryMonitor } from "./types.ts";

const WARN = "WARN ";
/** A place names no single object: `conn.workq#12` is a `conn.workq`. */
const kindOfObject = (name: string): string => name.replace(/#.*$/, "");
const refused = (mount: number): string => `mount ${mount}: a queue that is drained refuses work`;

export const wrn1: EntryMonitor<object> = {
  promise: "WRN1",
  wants: ["note", "work-dropped"],
  start: () => ({}),
  on({ kind, mount, data }, _s, judge) {
    if (kind === "work-dropped") {
      const { work, queue } = data as { readonly work: string; readonly queue: string };
      judge.violate(`${kindOfObject(work)} on ${kindOfObject(queue)}`, refused(mount));
      return;
    }
    const { text = "" } = data as { readonly text?: string };
    if (text.startsWith(WARN)) judge.violate(text.slice(WARN.length), `mount ${mount} warns`);
  },
};
