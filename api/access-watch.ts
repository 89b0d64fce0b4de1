import type { FastifyRequest } from "fastify";
import { FettleError } from "../core/errors.ts";
import type { Auth } from "./auth.ts";

export interface AccessWatchOptions {
  tokens: Pick<Auth, "authenticate">;
  request: FastifyRequest;
  everyMs: number;
  /** Called once, when the request's token is refused. */
  onRefused: () => void;
}

/** Looks again and again whether the token of an answer that goes on still counts. Returns how to end that. */
export function watchAccess({ tokens, request, everyMs, onRefused }: AccessWatchOptions): () => void {
  const timer = setInterval(() => {
    tokens
      .authenticate(request, async () => null)
      .catch((error: unknown) => {
        // A database that is away refuses nobody.
        if (!(error instanceof FettleError) || error.code !== "unauthenticated") return;
        clearInterval(timer);
        onRefused();
      });
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
