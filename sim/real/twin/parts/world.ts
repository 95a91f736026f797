// The world of one part: a mount of which only that part runs, with the model's own programs. What
// it would call in its neighbours is named here: messages go nowhere, for they are compared as they
// are handed over; transactions and items are not followed beside locks.

import { mainApi } from "../../../../src/api.ts";
import type { AnyProgram, Protocol, Rid } from "../../../../src/core/index.ts";
import { assert, done, fail, program } from "../../../../src/core/index.ts";
import { mountState } from "../../../../src/mount/state.ts";
import type { SubmitArgs } from "../../../../src/net/types.ts";
import { programs } from "../../../../src/programs.ts";
import { main as rules } from "../../../../src/rules.ts";
import { build, start } from "../../../engine/build.ts";
import { UNBOUNDED } from "../../../engine/machine.ts";
import { guided } from "../clock.ts";
import { see } from "../probes.ts";
import type { TwinModel, TwinWorld } from "../world.ts";
import { lockMessages, partProbe } from "./probes.ts";

interface Submitted {
  readonly rid: number;
  readonly id: number;
  readonly resp: number;
  readonly reqId: number;
}

export interface PartState {
  /** Whether the next message is refused, as the recording shows it was. */
  refused: boolean;
  /** The request about log trees that waits for its answer. */
  asked: string | undefined;
  /** Its id, once it is sent. */
  id: number;
  /** Messages of open maps that were submitted and that nobody has seen sent. */
  outbox: Submitted[];
  /** Which request of the server its message to a client was, by rid and id. */
  asking: { readonly rid: number; readonly id: number; readonly reqId: number }[];
  /** Groups without a bit, until all readers have gone. */
  freed: number[];
  answer: { readonly error: string | undefined; readonly lt: object | undefined } | undefined;
}

interface Part extends Protocol {
  // biome-ignore lint/suspicious/noExplicitAny: a mount with a part beside it
  State: any;
  // biome-ignore lint/suspicious/noExplicitAny: the functions of every folder
  Api: any;
  // biome-ignore lint/suspicious/noExplicitAny: it calls programs of every folder
  Calls: any;
}

const submitSend = program<Part>()({
  name: "submit_send",
  source: "(net.c: messages of a part are compared, not sent)",
  start: "submit",
  locals: (args: SubmitArgs) => ({ args }),
  waits: {},
  steps: {
    submit({ args }, m) {
      const { refused, outbox } = m.twin;
      if (refused) return fail("ENOTCONN");
      if (args.cmd !== "OPEN_INO_MAP") return done();
      const { reqId = 0 } = (args.data ?? {}) as { readonly reqId?: number };
      outbox.push({ rid: args.rid, id: args.id, resp: args.response ? 1 : 0, reqId });
      return done();
    },
  },
});

const nothing = (name: string) =>
  program<Part>()({
    name,
    source: `(${name}: not followed beside locks)`,
    start: "leave",
    locals: (_a: object) => ({}),
    waits: {},
    steps: { leave: (_l) => done() },
  });

/** One small region of another part, or of somebody who uses locks. */
const region = <A>(name: string, source: string, act: (a: A, m: Any, out: Any) => void) =>
  program<Part>()({
    name,
    source,
    start: "act",
    locals: (args: A) => ({ args }),
    waits: {},
    steps: {
      act(l, m, out) {
        act(l.args, m, out);
        return done();
      },
    },
  });
// biome-ignore lint/suspicious/noExplicitAny: states and verbs of any protocol
type Any = any;

interface Unlock {
  readonly lock: { readonly id: number; readonly generation: number };
  readonly mode: string;
}
interface Who {
  readonly rid: number;
  readonly which: number;
}

/** server.c: only what it tells the lock server and the open maps. */
const recovFinish = program<Part>()({
  name: "scoutfs_server_recov_finish",
  source: "server.c:scoutfs_server_recov_finish",
  start: "finish",
  locals: (a: Who) => ({ ...a }),
  waits: {},
  steps: {
    finish({ rid, which }, m, out) {
      see("recov_finish", { rid, which });
      if (!out.api.recovFinish(m, rid, which)) return done();
      see("finished_recovery");
      return { call: "scoutfs_omap_finished_recovery", args: {}, then: "omapFinished" };
    },
    omapFinished: (_l) => ({
      call: "scoutfs_lock_server_finished_recovery",
      args: {},
      then: "finished",
    }),
    finished: (_l) => done(),
  },
});

/** client.c: the answer comes from the recording. */
const request = (name: string, cmd: string) =>
  program<Part>()({
    name,
    source: `client.c:${name}`,
    start: "ask",
    locals: (_a: object) => ({}),
    waits: {
      answered: {
        on: () => "twin.answer",
        until: (_l, m) => m.twin.answer !== undefined || m.super.forcingUnmount,
        blames: () => ({ who: "the server", because: `${cmd} is not answered` }),
      },
    },
    steps: {
      ask(_l, m) {
        m.twin.asked = cmd;
        m.twin.id = 0;
        return { wait: "answered", then: "answered" };
      },
      answered(_l, m) {
        const { answer } = m.twin;
        m.twin.asked = undefined;
        m.twin.answer = undefined;
        if (answer === undefined) return fail("ENOLINK");
        return done({ error: answer.error, value: answer.lt && { ...answer.lt } });
      },
    },
  });

interface Answered {
  readonly cmd: string;
  readonly id: number;
  readonly answer: PartState["answer"];
}

interface MapSent extends Omit<Submitted, "reqId"> {
  readonly server: boolean;
}
interface Ino {
  readonly ino: number;
}
interface Group {
  readonly nr: number;
}

const stoodIn = [
  submitSend,
  request("scoutfs_client_commit_log_trees", "COMMIT_LOG_TREES"),
  request("scoutfs_client_get_log_trees", "GET_LOG_TREES"),
  region("twin sent", "(net.c: a request is sent)", ({ cmd, id }: Answered, m) => {
    assert(m.twin.asked === cmd && m.twin.id === 0, `${cmd} to be asked before it is sent`);
    m.twin.id = id;
  }),
  region("twin answered", "(net.c: a response)", ({ cmd, id, answer }: Answered, m, out) => {
    const { twin } = m;
    assert(twin.asked === cmd && twin.id === id, `${cmd} to be asked before it is answered`);
    twin.answer = { ...answer };
    out.wake("twin.answer");
  }),
  region("twin map sent", "(net.c: a message of open maps is sent)", (a: MapSent, m) => {
    const { outbox, asking } = m.twin as PartState;
    const isIt = ({ rid, id, resp }: Submitted) =>
      resp === a.resp && (!a.server || rid === a.rid) && (resp === 0 || id === a.id);
    const at = outbox.findIndex(isIt);
    const [sent] = at < 0 ? [] : outbox.splice(at, 1);
    assert(sent !== undefined, `the open map message ${a.id} to be submitted before it is sent`);
    if (sent.resp === 0) asking.push({ rid: a.rid, id: a.id, reqId: sent.reqId });
  }),
  region("twin set bit", "(inode.c: an inode comes into use)", ({ ino }: Ino, m, out) => {
    out.api.omapSet(m, out, ino);
  }),
  region("twin clear bit", "(inode.c: an inode is evicted)", ({ ino }: Ino, m, out) => {
    out.api.omapClear(m, out, ino);
  }),
  region("twin group gone", "(omap.c: the grace period has passed)", ({ nr }: Group, m) => {
    const { freed } = m.twin as PartState;
    assert(freed.includes(nr), `group ${nr} to have lost its last bit`);
    freed.splice(freed.indexOf(nr), 1);
  }),
  region("twin deadline", "super.c:scoutfs_fill_super", (_a: object, m, out) => {
    out.api.transRestartSyncDeadline(m, out);
  }),
  region("twin forced", "super.c:scoutfs_umount_begin", (_a: object, m, out) => {
    m.super.forcingUnmount = true;
    out.wake("twin.answer");
  }),
  recovFinish,
  ...["scoutfs_item_invalidate", "stop_server"].map(nothing),
  region("twin unlock", "(a user of a lock)", (a: Unlock, m, out) => {
    out.api.unlock(m, out, { ...a.lock }, a.mode);
  }),
  region("twin next seq", "(server.c: somebody takes a seq)", (_a: object, m, out) => {
    out.api.serverNextSeq(m, out);
  }),
  region("twin set seq", "(server.c: the server starts)", (a: { readonly seq: number }, m, out) => {
    out.api.serverSetSeqIfGreater(m, out, a.seq);
  }),
  region("twin recov prepare", "(server.c:start_recovery)", ({ rid, which }: Who, m, out) => {
    see("recov_prepare", { rid, which });
    out.api.recovPrepare(m, rid, which);
  }),
  region("twin recov begin", "(recov.c:scoutfs_recov_begin)", (a: object, m) => {
    see("recov_begin", { ...a });
    m.recov.begun = true;
  }),
];

const replaced = new Set(stoodIn.map((p) => p.name as string));
const bind = (model: TwinModel) =>
  [...model.filter((p) => !replaced.has(p.name)), ...stoodIn].map((p) =>
    lockMessages(p as unknown as AnyProgram<Protocol>),
  );
const main = bind(programs);

const api = {
  ...mainApi,
  itemRangeCached: () => ({ cached: false, dirty: false }),
  invalidateInodes: () => undefined,
  itemDirtyPages: () => 0,
  itemDirtyVersions: () => [],
  itemRaiseBarrier: () => undefined,
  itemCleanDirty: () => undefined,
};

const FAKE = { id: 0, generation: 1 };

export interface PartModel {
  /** Programs to follow with instead of the plain model. */
  readonly model?: TwinModel;
}

export function partWorld(rid: number, { model }: PartModel): TwinWorld {
  const state = mountState({ rid: rid as Rid }) as Any;
  state.client.conn = { ...FAKE };
  state.server.conn = { ...FAKE };
  state.twin = {
    ...{ refused: false, asked: undefined, id: 0, answer: undefined },
    ...{ outbox: [], asking: [], freed: [] },
  } satisfies PartState;
  const anyTime = { min: 0, max: UNBOUNDED };
  const w: TwinWorld = build<Any>({
    programs: model === undefined ? main : bind(model),
    rules,
    api,
    chooser: guided,
    hosts: 1,
    mounts: [{ host: 0, name: "part", state }],
    monitors: [partProbe],
    scheduling: { start: anyTime, preemptWithin: 0 },
    ordering: { preempt: Number.POSITIVE_INFINITY },
    bounds: { timeUs: Number.MAX_SAFE_INTEGER, events: Number.MAX_SAFE_INTEGER },
  });
  start(w, 0, "scoutfs_setup_trans");
  w.step();
  start(w, 0, "twin deadline");
  w.step();
  return w;
}
