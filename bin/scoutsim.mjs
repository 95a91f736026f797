#!/usr/bin/env node
// Boots the command line.
import "./tsx.mjs";

await import("../sim/cli/main.ts");
