// A request that visits every client, and what may happen between two of its steps; see
// src/omap/handle-requests.ts, answers.ts and remove-rid.ts.

import { describe, expect, test } from "vitest";
import { get, type Ret } from "../../../src/core/index.ts";
import type { Mount } from "../../../src/mount/types.ts";
import { omapServerHandleResponse } from "../../../src/omap/answers.ts";
import {
  omapFinishedRecovery,
  omapHandleRequest,
  omapHandleRequests,
  omapServerHandleRequest,
} from "../../../src/omap/handle-requests.ts";
import { omapRemoveRid } from "../../../src/omap/remove-rid.ts";
import type { OmapMap, OmapRequest } from "../../../src/omap/types.ts";
import type { Scoutfs } from "../../../src/protocol.ts";
import { recovApi } from "../../../src/recov/api.ts";
import { bindings, mountWithServer, rid } from "../../support/scoutfs.ts";
import { type Ran, runSteps, type StepsOptions } from "../../support/steps.ts";

const GREETING = 1;
const LOCKS = 2;
const ASKS = 3;

type Options = Partial<StepsOptions<Scoutfs>>;
type Program = Parameters<typeof runSteps>[0];
interface Said {
  readonly to: number;
  readonly bits?: readonly number[] | undefined;
  readonly error?: string | undefined;
}

/** A server with these clients, and what it says to them. */
function server(...rids: number[]) {
  const m = mountWithServer();
  m.omap.rids = rids.map(rid);
  const asked: number[] = [];
  const said: Said[] = [];
  const run = (p: Program, args: object, o: Options = {}): Ran => {
    const onCall = (name: string, a: unknown): Ret | undefined => {
      const ret = o.onCall?.(name, a);
      if (ret !== undefined) return ret;
      const to = (a as { rid: number }).rid;
      if (name === "omap_handle_requests") return run(omapHandleRequests, {}, o).ret;
      if (name === "omap_handle_request") return run(omapHandleRequest, a as object, o).ret;
      if (name === "scoutfs_server_send_omap_request") asked.push(to);
      if (name === "scoutfs_server_send_omap_response") {
        const { map, error } = a as { map?: OmapMap; error?: string };
        said.push({ to, bits: map?.bits, error });
      }
      return undefined;
    };
    return runSteps<Scoutfs>(p, args, m, { ...bindings, ...o, onCall });
  };
  const handle = (o?: Options, from = ASKS) =>
    run(omapServerHandleRequest, { rid: rid(from), id: 9, args: { groupNr: 1, reqId: 0 } }, o);
  const answer = (from: number, bits: number[], reqId = 1) =>
    run(omapServerHandleResponse, { rid: rid(from), map: { groupNr: 1, reqId, bits } });
  const remove = (n: number) => run(omapRemoveRid, { rid: rid(n) });
  return { m, asked, said, run, handle, answer, remove };
}
const hashed = ({ omap }: Mount): OmapRequest[] => omap.reqHt.map((h) => get(omap.reqs, h));

describe("a request", () => {
  test("asks all but the one who asks, and the last answer answers it with all bits", () => {
    const { asked, said, handle, answer, m } = server(3, 4, 5);
    handle();
    expect(asked).toEqual([4, 5]);
    answer(5, [7, 9]);
    expect(said).toEqual([]);
    answer(4, [1, 7]);
    expect(said).toEqual([{ to: 3, bits: [1, 7, 9], error: undefined }]);
    expect(hashed(m)).toEqual([]);
    expect(m.omap.reqs.slots.every(({ value }) => value === undefined)).toBe(true);
  });

  test("of the only client is answered at once: nobody else has anything open", () => {
    const { asked, said, handle, m } = server(3);
    handle();
    expect([asked, said]).toEqual([[], [{ to: 3, bits: [], error: undefined }]]);
    expect(hashed(m)).toEqual([]);
  });

  test("of one who is not on the list, as nobody else is, is never answered", () => {
    const { asked, said, handle, m } = server();
    handle();
    expect([asked, said]).toEqual([[], []]);
    expect(hashed(m)).toMatchObject([{ rids: [] }]);
  });

  test("has an id of its own: an answer to another one, and a second one, is left alone", () => {
    const { said, handle, answer, m } = server(3, 4, 5);
    handle();
    handle();
    expect(hashed(m).map(({ args }) => args.reqId)).toEqual([1, 2]);
    answer(4, [1], 8);
    answer(4, [1], 2);
    answer(4, [2], 2);
    expect(hashed(m).map(({ rids, bits }) => [rids, bits])).toEqual([
      [[4, 5], []],
      [[5], [1]],
    ]);
    expect(said).toEqual([]);
  });
});

describe("while clients of the last server have not greeted", () => {
  test("requests wait, the last first; locks that are missing hold up nothing", () => {
    const { asked, handle, run, m } = server(3, 4);
    recovApi.recovPrepare(m, rid(5), GREETING | LOCKS);
    expect(handle().notes).toEqual([]);
    handle({}, 4);
    expect(asked).toEqual([]);
    expect(m.omap.requests).toHaveLength(2);
    recovApi.recovFinish(m, rid(5), GREETING);
    const ran = run(omapFinishedRecovery, {});
    expect(ran.records).toEqual([{ kind: "omap_finished_recovery" }]);
    expect(asked).toEqual([3, 4]);
    expect(m.omap.requests).toEqual([]);
  });

  test("a greeting that comes between two looks lets all of them go", () => {
    const { asked, handle, m } = server(3, 4);
    recovApi.recovPrepare(m, rid(5), GREETING);
    handle();
    recovApi.recovFinish(m, rid(5), GREETING);
    handle({}, 4);
    expect(asked).toEqual([3, 4]);
  });
});

describe("a client that is removed", () => {
  test("while it is asked is not waited for, and may have been the last", () => {
    const { said, handle, answer, remove, m } = server(3, 4, 5);
    handle();
    remove(5);
    expect(hashed(m)).toMatchObject([{ rids: [4] }]);
    answer(4, [2]);
    expect(said).toEqual([{ to: 3, bits: [2], error: undefined }]);
    handle();
    remove(4);
    expect(said[1]).toEqual({ to: 3, bits: [], error: undefined });
  });

  test("gives nothing to a request by its own answer, when that comes later", () => {
    const { said, handle, answer, remove } = server(3, 4, 5);
    handle();
    remove(5);
    answer(5, [1]);
    expect(said).toEqual([]);
  });

  test("stops the server when an answer cannot be sent", () => {
    const { handle, run } = server(3, 4);
    handle();
    const onCall = (): Ret => ({ error: "ENOLINK" });
    expect(run(omapRemoveRid, { rid: rid(4) }, { onCall }).ret.error).toBe("ENOLINK");
  });

  test("between the copy and the insertion is waited for, although nobody removes it", () => {
    const { said, handle, answer, remove, m } = server(3, 4, 5);
    const before = (label: string) => void (label === "insert" && remove(5));
    handle({ before });
    expect(m.omap.rids).toEqual([3, 4]);
    answer(4, [2]);
    remove(5);
    expect(said).toEqual([]);
    expect(hashed(m)).toMatchObject([{ clientRid: 3, rids: [5] }]);
  });

  test("as the last that was not asked yet, with all others answered, frees what is in use", () => {
    const { asked, handle, answer, remove } = server(3, 4, 5);
    const before = (label: string) => {
      if (label !== "sent" || asked.length !== 1) return;
      answer(4, []);
      remove(5);
    };
    expect(() => handle({ before })).toThrow("expected open map request 0.1 to be alive");
  });
});

describe("a client that joins", () => {
  test("after the copy is not asked: it cannot have cached an inode without links", () => {
    const { asked, handle, m } = server(3, 4);
    handle({ before: (label) => void (label === "insert" && m.omap.rids.push(rid(6))) });
    expect(asked).toEqual([4]);
  });
});

describe("a send that fails", () => {
  test("takes the request back and says the error to the one who asks", () => {
    const { said, asked, handle, answer, m } = server(3, 4, 5);
    const onCall = (name: string, args: unknown): Ret | undefined =>
      name.endsWith("omap_request") && (args as { rid: number }).rid === 5
        ? { error: "ENOMEM" }
        : undefined;
    expect(handle({ onCall }).ret.error).toBeUndefined();
    expect([asked, said]).toEqual([[4], [{ to: 3, bits: undefined, error: "ENOMEM" }]]);
    expect(hashed(m)).toEqual([]);
    answer(4, [1]);
    expect(said).toHaveLength(1);
  });

  test("and whose error cannot be said either is the error of whoever has them handled", () => {
    const { handle, m } = server(3, 4);
    recovApi.recovPrepare(m, rid(5), GREETING);
    handle();
    recovApi.recovFinish(m, rid(5), GREETING);
    const onCall = (name: string): Ret | undefined =>
      name.startsWith("scoutfs_server_send") ? { error: "ENOLINK" } : undefined;
    expect(handle({ onCall }, 4).ret.error).toBe("ENOLINK");
  });
});
