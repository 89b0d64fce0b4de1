import type { FastifyInstance, FastifyRequest } from "fastify";
import { FettleError } from "../core/errors.ts";
import { guardBrowser } from "./browser-guard.ts";
import type { Context } from "./context.ts";
import { guardMediaType } from "./media-types.ts";
import { type AttemptPath, authorise, type Principal } from "./principal.ts";
import { isForDashboard } from "./static.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Set by the guards before any handler runs; null on public routes. */
    principal: Principal | null;
  }
}

/** Before anything of a body is read: who may call, from where, with which kind of body. Deny by default. */
export function addGuards(app: FastifyInstance, context: Context): void {
  app.decorateRequest("principal", null);
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
    reply.header("cache-control", "no-store");
    guardBrowser(request, context.auth);
    const { route } = request.routeOptions.config;
    if (route?.access !== "public" && !isForDashboard(request)) {
      request.principal = await context.tokens.authenticate(request, () => attemptOf(context, request));
      if (route) authorise(request.principal, route);
    }
    if (route) guardMediaType(request, route.bodyType ?? "json");
  });
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.config.route?.url ?? "(none)";
    const { method } = request;
    const { statusCode: status, elapsedTime } = reply;
    context.telemetry.request(route, method, status, elapsedTime / 1000);
    const fields = {
      requestId: request.id,
      method,
      route,
      status,
      ms: Math.round(elapsedTime),
      by: request.principal?.name,
    };
    context.log[status >= 500 ? "warn" : "debug"](fields, "request");
  });
}

/** The attempt that the path names: by its id, or as the current one of a study's trial. Null: none. */
async function attemptOf(context: Context, request: FastifyRequest): Promise<AttemptPath | null> {
  if (request.routeOptions.config.route?.attemptToken !== true) return null;
  const { trialId, attempt, project, study, number } = request.params as Record<string, string>;
  if (trialId !== undefined) {
    if (!UUID.test(trialId) || !/^[1-9]\d{0,8}$/.test(attempt ?? "")) return null;
    return { trialId, attempt: Number(attempt) };
  }
  if (!/^\d{1,9}$/.test(number ?? "")) return null;
  try {
    return await context.lookup.withStudy(project!, study!, (id) =>
      context.store.currentAttempt(id, Number(number)),
    );
  } catch (error) {
    // Whether a study exists is not told to a stranger.
    if (error instanceof FettleError && error.code === "not-found") return null;
    throw error;
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
