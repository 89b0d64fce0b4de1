import type { FastifyReply, FastifyRequest } from "fastify";
import type { Json } from "../core/json.ts";
import type { Context } from "./context.ts";
import { idempotencyKey, onlyOnce } from "./idempotency.ts";
import { parseInput } from "./input.ts";
import type { Principal } from "./principal.ts";
import { type Call, RawAnswer, type Route, TAKEN_OVER } from "./route.ts";

type AnyCall = Call<unknown, unknown, unknown>;
type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** Reply headers that belong to an answer and are given again with it. */
const KEPT_HEADERS = ["location", "etag"] as const;
/** Made once: each abort would make an error of its own. */
const GONE = new Error("The client went away, or the server is closing.");
const PUBLIC: Principal = { id: "public", name: "public", scope: "read" };

/** Fastify's handler of a route: parses, runs, answers. */
export function handlerOf(context: Context, route: Route): Handler {
  return async (request, reply) => {
    const input = parseInput(route, request);
    const principal = request.principal ?? PUBLIC;
    const call: AnyCall = {
      ...input,
      principal,
      request,
      reply,
      // Made only for those who look at it: a signal costs as much as the rest of a small request.
      get signal() {
        return signalOf(context, reply);
      },
    };
    const key = route.idempotent ? idempotencyKey(request) : null;
    if (key !== null) return runOnce(context, route, call, key);
    const answer = await route.handle(context, call);
    if (answer === TAKEN_OVER) return reply;
    if (answer instanceof RawAnswer) return reply.type(answer.type).send(answer.content);
    return reply.code(route.reply.status).send(answer ?? undefined);
  };
}

async function runOnce(context: Context, route: Route, call: AnyCall, key: string): Promise<FastifyReply> {
  const { principal, request, reply } = call;
  const kept = await onlyOnce(context.store, principal, key, request, async () => {
    const body = (await route.handle(context, call)) as Json;
    const headers = KEPT_HEADERS.flatMap((name) => {
      const value = reply.getHeader(name);
      return value === undefined ? [] : [[name, String(value)]];
    });
    return { status: route.reply.status, headers: Object.fromEntries(headers), body };
  });
  reply.headers(kept.headers);
  if (kept.replayed) reply.header("idempotency-replayed", "true");
  return reply.code(kept.status).send(kept.body ?? undefined);
}

/** Aborts when the client goes away, or the process is about to. */
function signalOf({ closing }: Context, reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  const abort = () => controller.abort(GONE);
  closing.addEventListener("abort", abort, { once: true });
  reply.raw.once("close", () => {
    closing.removeEventListener("abort", abort);
    abort();
  });
  if (closing.aborted || reply.raw.destroyed) abort();
  return controller.signal;
}
