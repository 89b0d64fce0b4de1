import type { FastifyRequest } from "fastify";
import { FettleError } from "../core/errors.ts";
import { isLoopback } from "./loopback.ts";
import type { AuthConfig } from "./services.ts";

const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * What a web page of another site could make a browser send is refused: a Host that was rebound to this address, and
 * unsafe requests from another origin, whatever their method.
 * @throws FettleError "misdirected-host", "cross-origin".
 */
export function guardBrowser(request: FastifyRequest, auth: AuthConfig): void {
  const host = request.headers.host ?? "";
  if (!isAllowedHost(host, auth)) {
    throw new FettleError("misdirected-host", `This server does not answer for "${host.slice(0, 200)}".`, {
      hint: "Use 127.0.0.1 or localhost, or add the name to FETTLE_ALLOWED_HOSTS.",
    });
  }
  if (SAFE_METHODS.has(request.method)) return;
  const site = request.headers["sec-fetch-site"];
  const { origin } = request.headers;
  const foreignSite = site !== undefined && site !== "same-origin" && site !== "none";
  if (foreignSite || (origin !== undefined && hostOf(origin) !== host.toLowerCase())) {
    throw new FettleError("cross-origin", "A page of another origin cannot change anything here.");
  }
}

function isAllowedHost(host: string, { mode, allowedHosts }: AuthConfig): boolean {
  if (mode === "token" && allowedHosts === undefined) return true;
  const name = host
    .toLowerCase()
    .replace(/:\d{1,5}$/, "")
    .replace(/\.$/, "");
  return isLoopback(name) || (allowedHosts ?? []).some((allowed) => allowed.toLowerCase() === name);
}

/** Host and port of an origin; null when it is opaque. */
function hostOf(origin: string): string | null {
  try {
    return new URL(origin).host;
  } catch {
    return null;
  }
}
