// What an agent is unless a plan says otherwise, and the periods around it: the defaults of
// scoutfs-fenced, of its service file, and of a processor that starts a process.

import type { Out } from "../core/index.ts";
import { ms, seconds, us } from "../core/index.ts";
import type { AgentOptions, FencedMount, FencedProtocol, FencedState } from "./types.ts";

/** `RestartSec` of the service. */
export const RESTART_SEC = seconds(5);
/** How long a power controller takes, and how often it is asked, before it counts as failed. */
export const POWER_CUT = seconds(1);
export const POWER_LOOKS = 5;

export const agentDefaults: AgentOptions = {
  delayUs: seconds(2),
  run: "force-unmount",
  habit: "honest",
  slowUs: us(0),
  execMinUs: ms(1),
  execMaxUs: ms(5),
  killedAtUs: [],
};

export const fencedState = (options: Partial<AgentOptions> = {}): FencedState => ({
  options: { ...agentDefaults, ...options },
});

/** Starts a process, and goes on with what it does there. */
export function exec<L extends string>(
  m: FencedMount,
  out: Out<FencedProtocol>,
  then: L,
): { readonly sleep: ReturnType<typeof us>; readonly then: L } {
  const { execMinUs, execMaxUs } = m.fenced.options;
  const spread = execMaxUs - execMinUs;
  return { sleep: us(execMinUs + (spread > 0 ? out.pick("exec", spread + 1) : 0)), then };
}
