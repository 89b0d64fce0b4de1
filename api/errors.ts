import type { FastifyInstance, FastifyReply } from "fastify";
import { FettleError, messageOf } from "../core/errors.ts";
import type { Context } from "./context.ts";
import { asFettleError, PROBLEM_TYPE, problemOf, retryAfterSeconds } from "./problem.ts";
import type { Route } from "./route.ts";
import { routes } from "./routes/index.ts";

/** Answers every failure as a problem document. */
export function addErrorAnswers(app: FastifyInstance, context: Context): void {
  app.setErrorHandler((thrown, request, reply) => {
    const error = asFettleError(thrown, request.id);
    if (error.code === "internal") {
      const { route } = request.routeOptions.config;
      const stack = thrown instanceof Error ? thrown.stack : undefined;
      const fields = { requestId: request.id, route: route?.url, error: messageOf(thrown), stack };
      context.log.error(fields, "request failed");
    }
    return answer(reply, error, request.id);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?")[0]!;
    const methods = routes.filter((route) => matches(route, path)).map((route) => route.method);
    if (methods.length === 0) {
      return answer(reply, new FettleError("not-found", `There is no ${path.slice(0, 200)}.`), request.id);
    }
    const allow = [...new Set(methods)].sort().join(", ");
    reply.header("allow", allow);
    const message = `${request.method} is not possible here; ${allow} is.`;
    return answer(reply, new FettleError("method-not-allowed", message), request.id);
  });
}

function answer(reply: FastifyReply, error: FettleError, requestId: string): FastifyReply {
  const seconds = retryAfterSeconds(error);
  if (seconds !== null) reply.header("retry-after", String(seconds));
  if (error.code === "unauthenticated") reply.header("www-authenticate", 'Bearer realm="fettle"');
  return reply.code(error.status).type(PROBLEM_TYPE).send(problemOf(error, requestId));
}

function matches(route: Route, path: string): boolean {
  const wanted = route.url.split("/");
  const given = path.split("/");
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => part.startsWith(":") || part === given[index])
  );
}
