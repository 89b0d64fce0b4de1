import type { FastifyRequest } from "fastify";
import { FettleError } from "../core/errors.ts";
import type { Store } from "../core/store.ts";
import { isLoopback } from "./loopback.ts";
import type { AttemptPath, Principal } from "./principal.ts";
import type { AuthConfig } from "./services.ts";
import { hashToken, sameHash, tokenId } from "./token.ts";

export interface Auth {
  /**
   * Who sent the request. `attemptOf` resolves the attempt that the path names.
   * @throws FettleError "unauthenticated", "stale-attempt" for the token of an attempt that is over.
   */
  authenticate(request: FastifyRequest, attemptOf: () => Promise<AttemptPath | null>): Promise<Principal>;
  /** At once in this process; others notice within five seconds. */
  forget(id: string): void;
}

/** How long a revoked token may still work in another process. */
const REMEMBERED_MS = 5000;
const MOST_REMEMBERED = 10_000;
const ATTEMPT_TOKEN = /^fat_[A-Za-z0-9_-]{16,200}$/;

type Remembered = Awaited<ReturnType<Store["findToken"]>> & object;

export function createAuth(store: Store, config: AuthConfig, now: () => number): Auth {
  const remembered = new Map<string, { token: Remembered; until: number }>();

  async function find(id: string): Promise<Remembered | null> {
    const known = remembered.get(id);
    if (known && known.until > now()) return known.token;
    remembered.delete(id);
    const token = await store.findToken(id);
    if (token === null) return null;
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(id, { token, until: now() + REMEMBERED_MS });
    return token;
  }

  async function withToken(bearer: string, attemptOf: () => Promise<AttemptPath | null>): Promise<Principal> {
    const hash = hashToken(bearer);
    if (config.adminTokenHash && sameHash(hash, config.adminTokenHash)) {
      return { id: "admin", name: "admin", scope: "admin" };
    }
    if (ATTEMPT_TOKEN.test(bearer)) return attemptPrincipal(hash, await attemptOf());
    const id = tokenId(bearer);
    const token = id === null ? null : await find(id);
    if (token === null || !sameHash(hash, token.hash)) {
      throw unauthenticated("The bearer token is unknown, expired or revoked.");
    }
    return { id: token.id, name: token.name, scope: token.scope };
  }

  async function attemptPrincipal(hash: Uint8Array, path: AttemptPath | null): Promise<Principal> {
    if (path === null) {
      throw new FettleError("forbidden", "The token of an attempt covers the calls of that attempt only.");
    }
    const expected = await store.attemptTokenHash(path.trialId, path.attempt);
    if (expected === null) throw new FettleError("stale-attempt", `Attempt ${path.attempt} is over.`);
    if (!sameHash(hash, expected)) {
      throw new FettleError("forbidden", "The token belongs to another attempt.");
    }
    return { id: `${path.trialId}/${path.attempt}`, name: path.trialId, scope: "attempt" };
  }

  return {
    async authenticate(request, attemptOf) {
      const bearer = bearerOf(request);
      if (bearer !== null) return withToken(bearer, attemptOf);
      if (config.mode === "open-loopback" && isDirectlyLocal(request)) {
        return { id: "local", name: "local", scope: "admin" };
      }
      throw unauthenticated("A bearer token is needed.");
    },
    forget: (id) => void remembered.delete(id),
  };
}

function bearerOf(request: FastifyRequest): string | null {
  const header = request.headers.authorization;
  if (header === undefined) return null;
  const match = /^Bearer +([\x21-\x7e]{1,500})$/i.exec(header);
  if (match === null) throw unauthenticated("The Authorization header is not `Bearer <token>`.");
  return match[1]!;
}

/** From a process of this machine, not through a proxy on it. */
function isDirectlyLocal({ headers, socket }: FastifyRequest): boolean {
  const forwarded = headers["x-forwarded-for"] ?? headers.forwarded ?? headers["x-real-ip"];
  return forwarded === undefined && isLoopback(socket.remoteAddress ?? "");
}

function unauthenticated(message: string): FettleError {
  return new FettleError("unauthenticated", message, {
    hint: "Send `Authorization: Bearer <token>`; `fettle token create` makes one.",
  });
}
