// How long recovery may take. Mirrors scoutfs_recov_begin, scoutfs_recov_finish,
// scoutfs_recov_shutdown, scoutfs_recov_destroy and timer_callback of recov.c. It keeps: nobody is
// told that all have recovered before all were prepared, and once a shutdown has returned no
// callback comes any more. It does not keep the timer from firing between the last finish and its
// deletion, so whoever is called must bear to find nobody pending.

import { assert, done, program } from "../core/index.ts";
import type { Scoutfs } from "../protocol.ts";
import type { RecovCalls } from "./types.ts";

const TIMER = "recov_timer_callback";
const US_PER_MS = 1000;

export const recovBegin = program<Scoutfs>()({
  name: "scoutfs_recov_begin",
  source: "recov.c:scoutfs_recov_begin",
  start: "arm",
  locals: ({ timeout }: RecovCalls["scoutfs_recov_begin"]) => ({ timeout }),
  waits: {},
  steps: {
    arm(l, m, out) {
      out.emit({ kind: "recov_begin", timeout_ms: l.timeout / US_PER_MS });
      m.recov.begun = true;
      out.armTimer(TIMER, l.timeout);
      return m.recov.pending.length === 0 ? "deleteTimer" : done({ value: false });
    },
    deleteTimer(_l, _m, out) {
      out.disarmTimer(TIMER);
      return done({ value: true });
    },
  },
});

export const recovFinish = program<Scoutfs>()({
  name: "scoutfs_recov_finish",
  source: "recov.c:scoutfs_recov_finish",
  start: "finish",
  locals: ({ rid, which }: RecovCalls["scoutfs_recov_finish"]) => ({ rid, which }),
  waits: {},
  steps: {
    finish(l, m, out) {
      const { rid, which } = l;
      out.emit({ kind: "recov_finish", rid, which });
      if (out.api.recovFinish(m, rid, which)) return "deleteTimer";
      out.emit({ kind: "recov_finish_ret", rid, which, ret: 0 });
      return done({ value: false });
    },
    deleteTimer(l, _m, out) {
      const { rid, which } = l;
      out.disarmTimer(TIMER);
      out.emit({ kind: "recov_finish_ret", rid, which, ret: 1 });
      return done({ value: true });
    },
  },
});

/** The next server prepares anew. */
export const recovShutdown = program<Scoutfs>()({
  name: "scoutfs_recov_shutdown",
  source: "recov.c:scoutfs_recov_shutdown",
  start: "deleteTimer",
  locals: () => ({}),
  waits: {},
  steps: {
    deleteTimer(_l, _m, out) {
      out.emit({ kind: "recov_shutdown" });
      out.disarmTimer(TIMER);
      return "forget";
    },
    forget(_l, m) {
      m.recov.pending = [];
      m.recov.begun = false;
      return done();
    },
  },
});

export const recovDestroy = program<Scoutfs>()({
  name: "scoutfs_recov_destroy",
  source: "recov.c:scoutfs_recov_destroy",
  start: "shutdown",
  locals: () => ({}),
  waits: {},
  steps: {
    shutdown: (_l) => ({ call: "scoutfs_recov_shutdown", args: {}, then: "free" }),
    free: (_l) => done(),
  },
});

/** It calls what `scoutfs_recov_begin` was given, and only the server ever gives anything. */
export const recovTimerCallback = program<Scoutfs>()({
  name: TIMER,
  source: "recov.c:timer_callback",
  start: "fire",
  locals: (_a: RecovCalls["recov_timer_callback"]) => ({}),
  waits: {},
  steps: {
    fire(_l, m, out) {
      assert(m.recov.begun, "recovery to have begun while its timer is armed");
      out.api.serverRecoveryTimeout(m, out);
      return done();
    },
  },
});
