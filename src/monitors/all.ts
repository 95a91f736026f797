// All monitors, in the order of their promises' names: those that ask for nothing but trace entries
// and so read recordings too, and those that look at the state of mounts.

import { dat1 } from "./dat1.ts";
import { fnc1 } from "./fnc1.ts";
import { fnc2 } from "./fnc2.ts";
import { fnc3 } from "./fnc3.ts";
import { fnc4 } from "./fnc4.ts";
import { fnc5 } from "./fnc5.ts";
import { fwl1 } from "./fwl1.ts";
import { iso1 } from "./iso1.ts";
import { lck1 } from "./lck1.ts";
import { lck2 } from "./lck2.ts";
import { lck4 } from "./lck4.ts";
import { live } from "./live.ts";
import { net1 } from "./net1.ts";
import { net2 } from "./net2.ts";
import { net3 } from "./net3.ts";
import { net4 } from "./net4.ts";
import { omp1 } from "./omp1.ts";
import { omp2 } from "./omp2.ts";
import { qrm1 } from "./qrm1.ts";
import { qrm2 } from "./qrm2.ts";
import { qrm3 } from "./qrm3.ts";
import { qrm4 } from "./qrm4.ts";
import { qrm5 } from "./qrm5.ts";
import { rcl1 } from "./rcl1.ts";
import { rcv1 } from "./rcv1.ts";
import { seq1 } from "./seq1.ts";
import { srv1 } from "./srv1.ts";
import { srv2 } from "./srv2.ts";
import { srv3 } from "./srv3.ts";
import { trn1 } from "./trn1.ts";
import type { AnyEntryMonitor, AnyStateMonitor } from "./types.ts";
import { wrk1 } from "./wrk1.ts";
import { wrn1 } from "./wrn1.ts";

export const entryMonitors: readonly AnyEntryMonitor[] = [
  dat1,
  ...[fnc1, fnc2, fnc3, fnc4, fnc5],
  iso1,
  ...[lck1, lck4],
  live,
  ...[net1, net2, net3, net4],
  ...[omp1, omp2],
  ...[qrm1, qrm2, qrm3, qrm4, qrm5],
  rcv1,
  seq1,
  ...[srv1, srv2, srv3],
  trn1,
  wrn1,
];

export const stateMonitors: readonly AnyStateMonitor[] = [fwl1, lck2, rcl1, wrk1];
