// Teaches Node 20 to load TypeScript, which it cannot by itself.
import { fileURLToPath } from "node:url";

const tsx = await import("tsx/esm/api").catch(() => undefined);
if (tsx === undefined) {
  console.error("scoutsim: its dependencies are not installed: run `npm ci` in its folder");
  process.exit(1);
}
// Our own settings, not those of whatever project the caller stands in.
tsx.register({ tsconfig: fileURLToPath(new URL("../tsconfig.json", import.meta.url)) });
