// Of two old connections of one client, its greeting takes over one; the other went on waiting,
// and after 20 s the client was fenced although it was connected. Here such a connection is
// dropped. Its end forgot the farewell of the rid too, which did not matter where the client is
// fenced: but the farewell came on the later connection, and nobody sends it again on that one.
// So it is kept as long as the client has one that is later.

import { done } from "../core/index.ts";
import { connOf, laterOf } from "../net/connections.ts";
import type { NotifyArgs } from "../net/types.ts";
import { serverNotifyDown } from "../server/clients.ts";
import type { Variant } from "./types.ts";

export const supersededConnectionIsNotFenced: Variant = {
  id: "superseded-connection-is-not-fenced",
  kind: "repair",
  commit: undefined,
  area: "net.c",
  promises: ["FNC1", "FNC5"],
  says: "an old connection whose client has come back on another one is dropped",
  rules: { fencesSuperseded: () => false },
  steps: {
    server_notify_down: {
      freeFarewells: (l: NotifyArgs, m, out, ret) =>
        laterOf(m, connOf(m, l.conn)).length > 0
          ? done()
          : serverNotifyDown.steps.freeFarewells(l, m, out, ret),
    },
  },
};
