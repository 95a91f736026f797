#!/usr/bin/env node
// Boots the command line.
import { compiled } from "./compiled.mjs";

const url = await compiled("main");
if (url === undefined) await import("./tsx.mjs");
await import(url ?? "../sim/cli/main.ts");
