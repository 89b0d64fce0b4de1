import { createHash } from "node:crypto";
import { isLoopback } from "../../api/loopback.ts";
import type { AuthConfig } from "../../api/services.ts";
import type { Config } from "../config.ts";

/** Who may call the API, by the settings. */
export function authOf(config: Pick<Config, "auth" | "adminToken" | "host" | "allowedHosts">): AuthConfig {
  const needsToken = config.adminToken !== undefined || !isLoopback(config.host);
  // Beyond loopback without an admin token, `open-loopback` makes the start refuse and say why.
  const automatic = needsToken && config.adminToken !== undefined ? "token" : "open-loopback";
  return {
    mode: config.auth === "auto" ? automatic : config.auth,
    ...(config.adminToken === undefined
      ? {}
      : { adminTokenHash: createHash("sha256").update(config.adminToken).digest() }),
    ...(config.allowedHosts === undefined ? {} : { allowedHosts: config.allowedHosts }),
  };
}
