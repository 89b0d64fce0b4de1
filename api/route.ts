import type { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import type { Context } from "./context.ts";
import type { Principal, Protected } from "./principal.ts";

/**
 * What a route is: one value that the server, the OpenAPI document and the tests read. A route file exports one, made
 * by `defineRoute`, and routes/index.ts lists it.
 */
export interface Route extends Protected {
  /** The operationId: stable, generated clients are named after it. */
  id: string;
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** With `:name` segments. */
  url: string;
  tag: string;
  summary: string;
  description?: string;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** How the body travels. Default `json`. */
  bodyType?: BodyType;
  /** Largest body. Default `body` of the limits. */
  bodyLimit?: "metricsBody" | "logChunk";
  reply: ReplySpec;
  /** Honours Idempotency-Key. */
  idempotent?: true;
  // biome-ignore lint/suspicious/noExplicitAny: `defineRoute` has checked the handler against the route's schemas.
  handle(context: Context, call: Call<any, any, any>): Promise<unknown>;
}

/** `points`: JSON or lines of JSON. */
export type BodyType = "json" | "merge-patch" | "octets" | "points";

interface ReplySpec {
  status: 200 | 201 | 204;
  schema: z.ZodType;
  /** Default application/json. */
  type?: string;
}

/** One request, parsed and allowed. */
export interface Call<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
  principal: Principal;
  request: FastifyRequest;
  reply: FastifyReply;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
}

/** An answer that is no JSON. */
export class RawAnswer {
  readonly type: string;
  readonly content: Readable | string | Uint8Array;

  constructor(type: string, content: Readable | string | Uint8Array) {
    this.type = type;
    this.content = content;
  }
}

/** The handler has taken the connection over. */
export const TAKEN_OVER = Symbol("taken over");

type OutputOf<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
type Answer<Schema extends z.ZodType> = z.output<Schema> | RawAnswer | typeof TAKEN_OVER;

interface Definition<
  Params extends z.ZodObject | undefined,
  Query extends z.ZodObject | undefined,
  Body extends z.ZodType | undefined,
  Reply extends z.ZodType,
> extends Omit<Route, "params" | "query" | "body" | "reply" | "handle"> {
  params?: Params;
  query?: Query;
  body?: Body;
  reply: ReplySpec & { schema: Reply };
  handle(
    context: Context,
    call: Call<OutputOf<Params>, OutputOf<Query>, OutputOf<Body>>,
  ): Promise<Answer<Reply>>;
}

/** A route whose handler is checked against its schemas. */
export function defineRoute<
  Reply extends z.ZodType,
  Params extends z.ZodObject | undefined = undefined,
  Query extends z.ZodObject | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(definition: Definition<Params, Query, Body, Reply>): Route {
  return definition as unknown as Route;
}
