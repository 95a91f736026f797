// Boots a thread of a hunt.
import { compiled } from "./compiled.mjs";

const url = await compiled("worker");
if (url === undefined) await import("./tsx.mjs");
await import(url ?? "../sim/cli/hunt/worker.ts");
