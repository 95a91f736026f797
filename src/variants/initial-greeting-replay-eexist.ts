// The greeting of a new client inserts its item. When the server died before it answered, the
// next one found the item and refused the greeting, again and again.

import { type Address, fail } from "../core/index.ts";
import type { Greeting } from "../net/types.ts";
import { insertMountedClient, lookupMountedClient } from "../server/mounted-clients.ts";
import type { Variant } from "./types.ts";

interface Locals {
  readonly greeting: Greeting;
  readonly address: Address;
}

export const initialGreetingReplayEexist: Variant = {
  id: "initial-greeting-replay-eexist",
  kind: "regression",
  commit: "7d67489b0c",
  area: "server.c",
  promises: ["LIVE", "SRV2"],
  says: "a first greeting that comes again fails because the client is known already",
  steps: {
    insert_mounted_client: {
      /** Nobody else inserts or deletes the item of a client that greets. */
      enter(l: Locals, m, out, ret) {
        const next = insertMountedClient.steps.enter(l, m, out, ret);
        return "item" in lookupMountedClient(m, l.greeting.rid) ? fail("EEXIST") : next;
      },
    },
  },
};
