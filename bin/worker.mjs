// Boots a thread or a process of a hunt. Ctrl-C, and what `timeout` sends, go to all processes of a
// group: the parent says when this one is to stop. When the parent is gone, so is this one.
import process from "node:process";
import { isMainThread } from "node:worker_threads";
import { boot } from "./compiled.mjs";

if (isMainThread) {
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});
  process.on("disconnect", () => process.exit());
}
await boot("worker");
