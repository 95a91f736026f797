// The whole of core in one import for the machine; protocol code may import it from here too.

export * from "./assert.ts";
export * from "./completion.ts";
export * from "./errno.ts";
export * from "./ids.ts";
export * from "./program.ts";
export * from "./protocol.ts";
export * from "./table.ts";
export * from "./verbs.ts";
