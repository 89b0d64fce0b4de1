import { FettleError } from "../core/errors.ts";
import type { AuthConfig } from "./services.ts";

/** Whether an address of a socket, or a host to listen on, is this machine's loopback. */
export function isLoopback(address: string): boolean {
  const plain = address.replace(/^\[|\]$/g, "").replace(/^::ffff:/i, "");
  return plain === "::1" || plain === "localhost" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(plain);
}

/** @throws FettleError "unsafe-listen" when `host` is beyond loopback and requests need no token. */
export function assertSafeListen(host: string, auth: Pick<AuthConfig, "mode">): void {
  if (auth.mode === "token" || isLoopback(host)) return;
  throw new FettleError(
    "unsafe-listen",
    `Refusing to listen on ${host}: requests need no token, so whoever reaches this port could run commands on every agent.`,
    { hint: "Set FETTLE_ADMIN_TOKEN (tokens are then needed everywhere), or listen on 127.0.0.1." },
  );
}
