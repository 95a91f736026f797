// What an answered greeting changes; see src/client/greeting.ts.

import { expect, test } from "vitest";
import { answer, clientWorld, greet, MS, playOf, RID, seen, setUp, stateOf } from "./world.ts";

test("an accepted greeting is traced with both terms, remembered, and ends the delay", () => {
  const w = clientWorld();
  setUp(w);
  expect(stateOf(w).client.connectDelay).toBe(100 * MS);
  greet(w, 5);
  greet(w, 6);
  expect(stateOf(w).client).toMatchObject({ serverTerm: 6, connectDelay: 0 });
  expect(seen(w, "client_greeting").map(({ data }) => data)).toEqual([
    { gr_term: 5, prev_term: 0, error: 0 },
    { gr_term: 6, prev_term: 5, error: 0 },
  ]);
});

const data = { serverTerm: 9, rid: RID, farewell: false, quorum: false };

test.each([
  ["an error, whatever comes with it", { error: "EIO", data } as const, "EIO"],
  ["nothing", {}, 0],
])("a greeting that is answered by %s leaves delay and term", (_what, said, error) => {
  const w = clientWorld();
  setUp(w);
  answer(w, "client_greeting", said);
  w.runFor(MS);
  expect(stateOf(w).client).toMatchObject({ serverTerm: 0, connectDelay: 100 * MS });
  expect(playOf(w).newServers).toEqual([]);
  expect(seen(w, "client_greeting").map((entry) => entry.data.error)).toEqual([error]);
});

test("the network hears whether the server is another one", () => {
  const w = clientWorld();
  setUp(w);
  for (const term of [5, 5, 6]) greet(w, term);
  expect(playOf(w).newServers).toEqual([true, false, true]);
});
