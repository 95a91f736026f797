// The server has answered a greeting: the connection may send, and the next break is followed by an
// attempt at once. Mirrors client_greeting of client.c, which is called for each socket of the
// connection. That file system and format are the same is a given: there is one device.

import { done, fail, program, us } from "../core/index.ts";
import type { Greeting, ResponseArgs } from "../net/types.ts";
import type { Scoutfs } from "../protocol.ts";

const CONNECT_AT_ONCE = us(0);

export const clientGreeting = program<Scoutfs>()({
  name: "client_greeting",
  source: "client.c:client_greeting",
  start: "enter",
  locals: ({ conn, data, error }: ResponseArgs) => ({
    conn,
    greeting: data as Greeting | undefined,
    error,
  }),
  waits: {},
  steps: {
    /** Another term is another server: what it has not got it is sent again. */
    enter(l, m, out) {
      const term = l.greeting?.serverTerm ?? 0;
      const prev = m.client.serverTerm;
      const error = l.error ?? 0;
      out.emit({ kind: "client_greeting", gr_term: term, prev_term: prev, error });
      if (l.error !== undefined) return fail(l.error);
      if (l.greeting === undefined) return fail("EINVAL");
      out.api.netClientGreeting(m, out, l.conn, term !== prev);
      return "remember";
    },
    /** After the connection's lock: an unmount that looks at the term right before this leaves
     *  without a farewell. */
    remember(l, m, _out) {
      m.client.serverTerm = l.greeting?.serverTerm ?? 0;
      m.client.connectDelay = CONNECT_AT_ONCE;
      return done();
    },
  },
});
