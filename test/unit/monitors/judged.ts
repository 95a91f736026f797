// Gives lines of a trace to one monitor, one microsecond apart, and what it finds in them.

import type { AnyEntryMonitor } from "../../../src/monitors/types.ts";

export type Line = readonly [kind: string, mount: number, data?: object];

export function judged(monitor: AnyEntryMonitor, lines: readonly Line[]): string[] {
  const state = monitor.start();
  const found: string[] = [];
  lines.forEach(([kind, mount, data = {}], i) => {
    const at = i + 1;
    const violate = (place: string, text: string) => found.push(`${place}: ${text}`);
    if (!monitor.wants.includes(kind)) throw new Error(`${monitor.promise} reads no ${kind}`);
    monitor.on({ seq: at, at, mount, kind, data }, state, { now: at, violate });
  });
  return found;
}

export const is = (mount: number): Line => ["incarnation", mount, { rid: 100 + mount, slot: 0 }];
export const fenced = (mount: number): Line => ["fence.fenced", 0, { rid: 100 + mount }];
