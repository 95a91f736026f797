// How the tests run: in two processes that are shared by test files, which is 2.7 times faster than
// a fresh one each. So no test may leave anything behind in a global. Modules are loaded by Node
// and tsx, as the command line loads them: Vitest's own loader turns each imported name into a
// property that is looked up at each use, and takes a quarter more time. Only it knows how to count
// coverage.
import process from "node:process";
import { defineConfig } from "vitest/config";

const byNode = {
  execArgv: ["--import", "tsx"],
  experimental: { viteModuleRunner: false, nodeLoader: false },
};

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: [],
    pool: "forks",
    isolate: false,
    maxWorkers: 2,
    ...(process.argv.includes("--coverage") ? {} : byNode),
    testTimeout: 120_000,
    hookTimeout: 120_000,
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts", "sim/**/*.ts"],
      reporter: ["text"],
    },
  },
});
