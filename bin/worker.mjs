// Boots a thread of a hunt.
import { boot } from "./compiled.mjs";

await boot("worker");
