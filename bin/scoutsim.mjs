#!/usr/bin/env node
// Boots the command line.
import { boot } from "./compiled.mjs";

await boot("main");
