// How the tests run: in threads that are shared by test files, which is 2.7 times faster than a
// fresh one each. So no test may leave anything behind in a global.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: [],
    pool: "threads",
    isolate: false,
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts", "sim/**/*.ts"],
      reporter: ["text"],
    },
  },
});
