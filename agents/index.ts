/** The agent's public side. */
export { type AgentOptions, hostClock } from "./config.ts";
export { type Agent, type AgentEnd, startAgent } from "./loop.ts";
