// Isolates a mount by cutting the power of the host that it ran on. Users of scoutfs write such a
// command themselves; this is the plainest that can be trusted. It keeps: success means that the
// host is off and nothing of it is on its way to the device; one that boots meanwhile it cuts
// again. It goes by the address alone, so a host that rebooted since loses what it mounted since.

import { done, program } from "../core/index.ts";
import { exec, POWER_CUT, POWER_LOOKS } from "./options.ts";
import type { FencedProtocol, RunArgs } from "./types.ts";

export const fencedPower = program<FencedProtocol>()({
  name: "fenced_power",
  source: "(none: a power agent)",
  start: "exec",
  locals: (a: RunArgs) => ({ rid: a.rid, ip: a.ip, looks: 0 }),
  waits: {},
  steps: {
    exec: (_l, m, out) => exec(m, out, "cut"),
    cut(l, _m, out) {
      out.emit({ kind: "agent.power", ip: l.ip, rid: l.rid });
      if (!out.api.host.cutPower(out, l.ip)) return done({ value: 1 });
      return { sleep: POWER_CUT, then: "look" };
    },
    look(l, _m, out) {
      if (out.api.host.isOff(out, l.ip)) return done({ value: 0 });
      l.looks++;
      return l.looks < POWER_LOOKS ? "cut" : done({ value: 1 });
    },
  },
});
