import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Files of the dashboard: no token is needed to load them, for they say nothing of any study. */
    dashboard?: true;
  }
}

const ROUTE = { config: { dashboard: true as const }, schema: { hide: true } };
const YEAR = "365d";
const NOT_BUILT = `Fettle's API is here; its dashboard is not built.

From the source tree, build it with:  npm run build
Then start the server again. The API is described at /openapi.json.
`;

/**
 * Serves the dashboard built in `directory` under `/`: its page for every path that names no file, so that the page's own
 * addresses can be opened. Without one, `/` says how to build it.
 */
export async function addDashboard(app: FastifyInstance, directory: string | undefined): Promise<void> {
  if (directory === undefined || !existsSync(join(directory, "index.html"))) {
    app.get("/", ROUTE, (_request, reply) => reply.type("text/plain; charset=utf-8").send(NOT_BUILT));
    return;
  }
  await app.register(fastifyStatic, {
    root: directory,
    serve: false,
    dotfiles: "ignore",
    index: false,
    preCompressed: true,
  });
  app.route({ ...ROUTE, method: ["GET", "HEAD"], url: "/", handler: (_request, reply) => page(reply) });
  app.route({ ...ROUTE, method: ["GET", "HEAD"], url: "/*", handler: file });
}

/** Whether a request is for the dashboard's files, and not for the API. */
export function isForDashboard({ url, routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.dashboard === true && !/^\/v1(?:[/?#]|$)/.test(url);
}

function file(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (!isForDashboard(request)) {
    reply.callNotFound();
    return reply;
  }
  const path = (request.params as { "*": string })["*"];
  if (!/\.[^/]*$/.test(path)) return page(reply);
  // Names under assets/ carry a hash of what is in them.
  return path.startsWith("assets/")
    ? reply.sendFile(path, { maxAge: YEAR, immutable: true })
    : reply.sendFile(path);
}

function page(reply: FastifyReply): FastifyReply {
  return reply.header("cache-control", "no-cache").sendFile("index.html", { cacheControl: false });
}
