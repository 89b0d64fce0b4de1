import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { type Agent, hostClock, startAgent } from "../../agents/index.ts";
import type { Log } from "../../core/log.ts";
import type { Config } from "../config.ts";
import { VERSION } from "../package.ts";

/** The agent of this process, talking to `url`. */
export function openAgent(config: Config, url: string, log: Log): Agent {
  const name = config.agentName ?? hostAgentName(hostname());
  return startAgent({
    url,
    ...(config.token === undefined ? {} : { token: config.token }),
    name,
    pool: config.pool,
    labels: config.labels ?? {},
    ...(config.slots === undefined ? {} : { slots: config.slots }),
    stateDir: resolve(join(config.dataDir, "agents", name)),
    clock: hostClock,
    randomness: Math.random,
    log,
    version: VERSION,
  });
}

/** The host's name as an agent's name: other characters become dashes, at most 63. */
export function hostAgentName(host: string): string {
  const name = host.replaceAll(/[^A-Za-z0-9_.-]/g, "-").replace(/^[^A-Za-z0-9]+/, "");
  return name.slice(0, 63) || "agent";
}
