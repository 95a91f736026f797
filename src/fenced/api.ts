// What the world takes from the agents: their state, options and rules.

export { agentDefaults, fencedState, RESTART_SEC } from "./options.ts";
export { fencedRules } from "./rules.ts";
