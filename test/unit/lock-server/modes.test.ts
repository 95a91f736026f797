// Who may hold what beside whom; see src/lock-server/modes.ts.

import { describe, expect, test } from "vitest";
import type { Rid } from "../../../src/core/index.ts";
import type { LockMode } from "../../../src/lock/types.ts";
import { compatible, invalidationMode } from "../../../src/lock-server/modes.ts";

describe("modes", () => {
  const MODES: readonly LockMode[] = ["null", "read", "write", "write_only"];
  const pairs = (same: boolean) =>
    MODES.flatMap((granted) =>
      MODES.filter((requested) =>
        compatible(
          { rid: 1 as Rid, netId: 0, mode: granted },
          { rid: (same ? 1 : 2) as Rid, netId: 0, mode: requested },
        ),
      ).map((requested) => `${granted}/${requested}`),
    );

  test("that two clients may have at once", () => {
    expect(pairs(false)).toEqual([
      ...["null/null", "null/read", "null/write", "null/write_only"],
      ...["read/null", "read/read", "write/null", "write_only/null", "write_only/write_only"],
    ]);
  });
  test("that one client may have instead of what it has, without giving that back first", () => {
    expect(pairs(true)).toEqual(["read/read", "read/write", "write_only/write_only"]);
  });
  test("only a writer that makes room for a reader keeps something", () => {
    const kept = MODES.flatMap((granted) =>
      MODES.filter((requested) => invalidationMode(granted, requested) !== "null").map(
        (requested) => `${granted}/${requested}`,
      ),
    );
    expect(kept).toEqual(["write/read"]);
  });
});
