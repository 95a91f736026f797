// Boots a thread of a hunt.
import "./tsx.mjs";

await import("../sim/cli/hunt/worker.ts");
