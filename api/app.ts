import { setMaxListeners } from "node:events";
import type { IncomingHttpHeaders } from "node:http";
import helmet from "@fastify/helmet";
import Fastify, { type FastifyInstance } from "fastify";
import { stringifyWire } from "../core/number.ts";
import { createAuth } from "./auth.ts";
import type { Context } from "./context.ts";
import { createDispatch } from "./dispatch.ts";
import { addErrorAnswers } from "./errors.ts";
import { createEventHub } from "./event-hub.ts";
import { addGuards } from "./guards.ts";
import { handlerOf } from "./handler.ts";
import { createHints } from "./hints.ts";
import { createImportanceCache } from "./importance-cache.ts";
import { createLookup } from "./lookup.ts";
import { addBodyParsers } from "./media-types.ts";
import { fastifySchemaOf, registerOpenapi } from "./openapi.ts";
import type { Route } from "./route.ts";
import { routes } from "./routes/index.ts";
import type { Services } from "./services.ts";
import { addDashboard } from "./static.ts";
import { createStudyWaits } from "./study-waits.ts";
import { createTelemetry } from "./telemetry.ts";
import { createWaiting } from "./waiting.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Absent only on Fastify's own answers (404). */
    route?: Route;
  }
}

/** Requests under way have this long to end once the server is closing. */
const DRAIN_MS = 10_000;
const EVENT_POLL_MS = 250;

/**
 * The HTTP API over its services; nothing listens yet. Closing it answers every waiting request, lets the others end
 * within ten seconds and publishes the last hints; store and queue stay the caller's.
 */
export async function createApp(services: Services): Promise<FastifyInstance> {
  const app = Fastify({
    logger: false,
    bodyLimit: services.limits.body,
    // Slow senders: the whole request within 30 s, its headers within 15 s. Long-polls may idle for a minute.
    requestTimeout: 30_000,
    connectionTimeout: 120_000,
    keepAliveTimeout: 75_000,
    http: { headersTimeout: 15_000 },
    forceCloseConnections: "idle",
    // What comes on a kept connection while closing is served, with `Connection: close`.
    return503OnClosing: false,
    exposeHeadRoutes: false,
    genReqId: requestIds(services.randomBytes),
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 200 },
  });
  const closing = new AbortController();
  // One listener a waiting request; their number is bounded elsewhere.
  setMaxListeners(0, closing.signal);
  const context = createContext(services, closing.signal, () => JSON.stringify(app.swagger()));
  app.setReplySerializer((payload) => stringifyWire(payload));
  // Requests are checked by `parseInput`, in all parts at once.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => stringifyWire);
  addBodyParsers(app);
  await app.register(helmet, HELMET);
  addGuards(app, context);
  addErrorAnswers(app, context);
  await registerOpenapi(app, services.version);
  for (const route of routes) addRoute(app, context, route);
  await addDashboard(app, services.web);
  closeInOrder(app, context, closing);
  await app.ready();
  return app;
}

const HELMET = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      // Charts place their marks by style attributes.
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", "data:"],
      connectSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
      formAction: ["'self'"],
    },
  },
  // Plain HTTP on loopback is the default; whoever terminates TLS sets it there.
  strictTransportSecurity: false,
} as const;

function createContext(services: Services, closing: AbortSignal, openapi: () => string): Context {
  const { store, queue, log, auth, limits, now } = services;
  const waiting = createWaiting(limits.waiting);
  const events = createEventHub({ store, log, pollMs: EVENT_POLL_MS });
  const telemetry = createTelemetry({ waiting: waiting.count, eventClients: events.count });
  const hints = createHints({
    queue,
    log,
    onPublished: telemetry.hintPublished,
    onFailed: telemetry.hintFailed,
  });
  let document: string | undefined;
  return {
    ...services,
    tokens: createAuth(store, auth, now),
    hints,
    dispatch: createDispatch({ queue, log, random: () => services.randomBytes(1)[0]! / 256 }),
    studyWaits: createStudyWaits(),
    waiting,
    events,
    lookup: createLookup(store, now),
    importance: createImportanceCache(),
    telemetry,
    openapi: () => (document ??= openapi()),
    closing,
  };
}

function addRoute(app: FastifyInstance, context: Context, route: Route): void {
  app.route({
    method: route.method,
    url: route.url,
    schema: fastifySchemaOf(route),
    config: { route },
    ...(route.bodyLimit === undefined ? {} : { bodyLimit: context.limits[route.bodyLimit] }),
    handler: handlerOf(context, route),
  });
}

function closeInOrder(app: FastifyInstance, context: Context, closing: AbortController): void {
  let forced: NodeJS.Timeout | undefined;
  app.addHook("preClose", async () => {
    closing.abort();
    context.events.close();
    forced = setTimeout(() => app.server.closeAllConnections(), DRAIN_MS);
  });
  app.addHook("onClose", async () => {
    clearTimeout(forced);
    await context.hints.close();
    await context.dispatch.close();
    context.telemetry.close();
  });
}

/** The client's own id when it is a harmless one; else a count under a prefix of this process. */
function requestIds(randomBytes: (size: number) => Uint8Array) {
  const prefix = Buffer.from(randomBytes(6)).toString("hex");
  let count = 0;
  return ({ headers }: { headers: IncomingHttpHeaders }): string => {
    const given = headers["x-request-id"];
    if (typeof given === "string" && /^[A-Za-z0-9._-]{1,64}$/.test(given)) return given;
    count += 1;
    return `${prefix}-${count.toString(36)}`;
  };
}
