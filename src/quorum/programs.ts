// Every program of quorum.c, for whoever builds a world.

import type { AnyProgram } from "../core/index.ts";
import { readGreatestTerm, readQuorumBlock, updateQuorumBlock } from "./blocks.ts";
import { recvMsg, sendMsgMembers } from "./datagrams.ts";
import { fenceLeaders } from "./fence-leaders.ts";
import { quorumServerSin } from "./server-sin.ts";
import { quorumDestroy, quorumSetup } from "./setup.ts";
import type { QuorumProtocol } from "./types.ts";
import { quorumWorker } from "./worker.ts";

export const quorumPrograms: readonly AnyProgram<QuorumProtocol>[] = [
  readQuorumBlock,
  updateQuorumBlock,
  readGreatestTerm,
  sendMsgMembers,
  recvMsg,
  quorumServerSin,
  fenceLeaders,
  quorumWorker,
  quorumSetup,
  quorumDestroy,
];
