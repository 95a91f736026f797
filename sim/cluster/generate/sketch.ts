// What a plan is drawn from: the shape of the cluster, weather that lasts, people who come and go,
// and faults, each feature left out at random. It is free of rules between its parts, so that any
// part can be left out or made plainer alone: `timeline.ts` makes a plan of every sketch. It knows
// no bug and no variant.

import { delays } from "./delay.ts";
import { fault, wayFault } from "./fault.ts";
import { choice, constant, type Gen, integer, list, oneOf, record, sometimes } from "./gen.ts";
import { FEWEST_IDLE, load } from "./load.ts";
import { strikes } from "./strike.ts";
import { ANY, after, host, MS, mount, SECOND, when, whenever } from "./when.ts";

type Drawn<G> = G extends Gen<infer T> ? T : never;

const move = record({
  when: whenever,
  do: oneOf("umount", "umount", "force-umount", "force-umount", "mount", "mount"),
  n: mount,
});

/** Many at once, and perhaps all of them again: a cluster is stopped, or loses its majority. */
const crowd = record({
  when,
  after: integer(0, ANY),
  who: oneOf("all", "members", "majority", "others", "some", "some", "some"),
  /** Of some: which, a bit each. */
  which: integer(1, 2 ** 30 - 1),
  do: oneOf("umount", "force-umount"),
  /** Whoever leads goes first, in its own way; the others follow at once, or while it is gone. */
  leader: oneOf(undefined, "umount", "umount", "force-umount", "force-umount"),
  followUs: choice(
    [1, constant(0)],
    [2, integer(0, 50 * MS)],
    [2, integer(0, SECOND)],
    [1, integer(0, 15 * SECOND)],
  ),
  /** They have all been at work at the same place until then. */
  busy: sometimes(
    500,
    record({
      ino: integer(1, 3),
      mode: oneOf("write", "write", "read"),
      beforeUs: choice([2, integer(0, 5 * MS)], [2, integer(0, 100 * MS)], [1, integer(0, SECOND)]),
      forUs: oneOf(0, MS, 50 * MS),
      times: oneOf(1, 2, 30),
    }),
  ),
  /** And they have asked their server for something: the answers come while they go. */
  asks: sometimes(
    400,
    record({
      what: oneOf("statfs", "last_seq", "alloc_inodes"),
      beforeUs: choice([2, integer(0, MS)], [2, integer(0, 10 * MS)], [1, integer(0, 100 * MS)]),
      times: oneOf(5, 20),
    }),
  ),
  gapUs: oneOf(0, 50, 5 * MS, SECOND),
  backUs: sometimes(500, oneOf(SECOND / 10, 5 * SECOND, 30 * SECOND)),
});

/** Whom the majority can do without are lost together, while one uses an inode that the others wait
 *  for: the server stays, and what it takes back from the first goes to one who is lost too. */
const loss: Gen<Drawn<typeof crowd>> = record({
  ...{ when, after: integer(0, ANY), who: constant("others"), which: constant(1) },
  ...{ do: constant("force-umount"), leader: constant(undefined), followUs: constant(0) },
  busy: record({
    ...{ ino: integer(1, 3), mode: constant("write"), times: constant(1) },
    beforeUs: choice([1, integer(0, 50 * MS)], [2, integer(0, SECOND)]),
    forUs: constant(SECOND),
  }),
  ...{ asks: constant(undefined), gapUs: oneOf(0, 5 * MS, SECOND) },
  backUs: sometimes(500, oneOf(5 * SECOND, 30 * SECOND)),
});

/** Everybody leaves for good and in time, perhaps while something ails one of them. */
const shutdown = record({
  /** One after the other by their numbers, up or down, from any of them on. */
  first: integer(0, ANY),
  down: oneOf(false, true),
  gapUs: oneOf(0, 0, 5 * MS, 100 * MS, SECOND),
  ails: list(
    record({
      us: choice([2, integer(0, 50 * MS)], [2, integer(0, SECOND)], [1, integer(0, 5 * SECOND)]),
      do: oneOf("cut-all", "cut-streams", "pause", "stall-io"),
      ...{ after, host },
      forUs: oneOf(SECOND / 10, SECOND, 5 * SECOND, 20 * SECOND),
    }),
    0,
    2,
  ),
});

/** A mount whose device cannot be read for a moment. */
const badMount = record({
  when,
  after: integer(0, ANY),
  n: integer(0, ANY),
  delayUs: integer(0, 20 * MS),
  forUs: oneOf(MS, 20 * MS, SECOND),
});

/** A mount that is given up with ^C before it is through; perhaps there is no server just then. */
const interrupted = record({
  when,
  after: integer(0, ANY),
  n: integer(0, ANY),
  leader: oneOf(undefined, undefined, "umount", "force-umount"),
  delayUs: choice([3, integer(0, 100 * MS)], [2, integer(0, SECOND)], [1, integer(0, 20 * SECOND)]),
  /** Or so long after a server greets somebody, who may be just mounting, or they know that. */
  greeted: sometimes(
    500,
    record({
      what: oneOf("server_greeting", "client_greeting"),
      us: choice([1, integer(0, MS)], [1, integer(0, 50 * MS)]),
    }),
  ),
  backUs: sometimes(500, oneOf(SECOND, 10 * SECOND)),
});

/** What people ask of a mount, alone and in crowds. */
const request = record({
  when,
  after,
  n: mount,
  what: oneOf(
    ...(["statfs", "alloc_inodes", "last_seq", "resize_devices"] as const),
    ...(["get_volopt", "set_volopt", "set_volopt", "clear_volopt"] as const),
  ),
  size: oneOf(1, 10_240, 2 ** 21, 2 ** 28, 0),
  times: oneOf(1, 1, 3, 20),
});

/** Few inodes, so that mounts meet at them. */
const use = record({
  when,
  after,
  n: mount,
  ino: integer(1, 3),
  mode: oneOf("read", "write"),
  forUs: oneOf(0, MS, SECOND, 20 * SECOND),
  times: oneOf(1, 1, 3, 20),
});

/** One mount is out of luck with its scheduling. */
const preemption = record({
  when: whenever,
  after,
  n: mount,
  within: oneOf(5, 2, 1),
  forUs: oneOf(10 * MS, SECOND, 10 * SECOND),
});

/** 0 s is a service that somebody restarts, 5 s one that systemd does, more one that is ill. */
const agentFault = record({
  when,
  after,
  do: oneOf("agent-down", "agent-down", "agent-fails"),
  host,
  forUs: oneOf(0, 5 * SECOND, 5 * SECOND, 30 * SECOND),
});

const option = record({
  when,
  after,
  n: integer(0, ANY),
  ms: oneOf(10_000, 2000, 2001, 4000, 60_000),
});

const cluster = record({
  /** Members all talk to one another: many of them take more of a hunt's time than they give. */
  slots: choice([16, integer(1, 5)], [24, integer(3, 5)], [1, integer(1, 15)]),
  moreMounts: oneOf(0, 1, 1, 2, 3),
  hosts: choice([3, constant(1)], [2, constant(ANY)], [1, integer(2, 4)]),
  heartbeatTimeoutMs: oneOf(10_000, 2000, 2000, 3000, 5000),
  tcpTimeoutMs: sometimes(300, oneOf(10_000, 4000)),
  lockIdleCount: sometimes(100, constant(FEWEST_IDLE)),
  orphanScanDelayMs: sometimes(250, oneOf(10_000, 2000)),
  agentDelayUs: oneOf(2 * SECOND, SECOND, SECOND / 10),
  /** A host that starts processes slowly is a host under load. */
  agentExecMaxUs: oneOf(5 * MS, 50 * MS, 300 * MS, SECOND),
  agentSlowUs: sometimes(300, integer(0, 20)),
  rebootUs: oneOf(0, 15 * SECOND),
});

const weather = record({
  maxUs: oneOf(200, 2000, 50_000),
  loss: sometimes(300, record({ lossPermille: integer(0, 50), duplicatePermille: integer(0, 50) })),
  startMaxUs: oneOf(60, 500, 20_000),
  preemptWithin: oneOf(0, 50, 500, 5000),
  pctDepth: sometimes(150, oneOf(1, 2, 3, 5)),
  diskMaxUs: oneOf(500, 500, 5000, 20_000),
  /** Slow clocks only: by one that runs fast, a heartbeat timeout ends early. */
  clockPermille: sometimes(100, integer(1000, 1050)),
});

/** What scoutfs does not promise to survive. */
const beyond = record({
  lies: oneOf(true, false),
  lateWrites: list(record({ when, after, host, forUs: oneOf(5 * SECOND, 20 * SECOND) }), 0, 3),
});

export const sketch = record({
  cluster,
  weather,
  lengthS: oneOf(20, 20, 40, 60),
  moves: list(move, 0, 12),
  crowds: sometimes(450, list(choice([4, crowd], [1, loss]), 1, 3)),
  shutdown: sometimes(100, shutdown),
  badMounts: sometimes(80, list(badMount, 1, 3)),
  interrupted: sometimes(80, list(interrupted, 1, 3)),
  faults: sometimes(500, list(fault, 1, 4)),
  wayFaults: sometimes(350, list(wayFault, 1, 5)),
  strikes: sometimes(400, strikes),
  requests: sometimes(300, list(request, 1, 6)),
  uses: sometimes(200, list(use, 1, 8)),
  load,
  preemptions: sometimes(250, list(preemption, 1, 3)),
  agentFaults: sometimes(250, list(agentFault, 1, 3)),
  options: sometimes(100, list(option, 1, 4)),
  delays: sometimes(300, delays),
  beyond: sometimes(40, beyond),
});

export type Sketch = Drawn<typeof sketch>;
