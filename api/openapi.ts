import swagger from "@fastify/swagger";
import type { FastifyInstance, FastifySchema } from "fastify";
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from "fastify-type-provider-zod";
import { z } from "zod";
import * as charts from "../core/charts.ts";
import { ERROR_CODES, type ErrorCode } from "../core/errors.ts";
import * as protocol from "../core/protocol.ts";
import * as resources from "../core/resources.ts";
import { savingsSchema } from "../core/savings.ts";
import { parameterSchema } from "../core/space.ts";
import { studyPatchSchema, studySpecSchema } from "../core/study.ts";
import { EXAMPLE_PATCH, EXAMPLE_STUDY } from "./examples.ts";
import { MEDIA_TYPES } from "./media-types.ts";
import type { Route } from "./route.ts";

const fieldErrorSchema = z.object({
  pointer: z
    .string()
    .describe('JSON pointer into the body; "?name" is a query parameter, "{name}" a path segment.'),
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
});

export const problemSchema = z.object({
  type: z.string().describe("Where the code is explained."),
  title: z.string(),
  status: z.int(),
  code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
  detail: z.string(),
  hint: z.string().optional(),
  errors: z.array(fieldErrorSchema).optional(),
  requestId: z.string(),
});

/** The document's named schemas. */
const COMPONENTS: Readonly<Record<string, z.ZodType>> = {
  Agent: resources.agentResourceSchema,
  Assignment: protocol.assignmentSchema,
  Curves: charts.curvesSchema,
  Event: resources.eventResourceSchema,
  Intervals: protocol.intervalsSchema,
  Leaderboard: resources.leaderboardSchema,
  Savings: savingsSchema,
  MetricSeries: resources.metricSeriesSchema,
  Parameter: parameterSchema,
  Problem: problemSchema,
  Progress: charts.progressSchema,
  QueueItem: resources.queueItemSchema,
  Study: resources.studyResourceSchema,
  StudyPatch: studyPatchSchema,
  StudySpec: studySpecSchema,
  Surface: charts.surfaceSchema,
  Timeline: charts.timelineSchema,
  Token: resources.tokenResourceSchema,
  Trial: resources.trialResourceSchema,
  TrialDetail: resources.trialDetailSchema,
  TrialSample: charts.trialSampleSchema,
};

const EXAMPLES: Readonly<Record<string, unknown>> = {
  StudySpec: EXAMPLE_STUDY,
  StudyPatch: EXAMPLE_PATCH,
};

for (const [id, schema] of Object.entries(COMPONENTS)) {
  const examples = Object.hasOwn(EXAMPLES, id) ? { examples: [EXAMPLES[id]] } : {};
  z.globalRegistry.add(schema, { ...z.globalRegistry.get(schema), ...examples, id });
}

const zodToJsonConfig = { override: letRepliesGrow } as const;
const transform = createJsonSchemaTransform({ zodToJsonConfig });
const transformObject = createJsonSchemaTransformObject({ zodToJsonConfig });

/** A reply may have more fields in a later version: generated clients must not refuse them. */
function letRepliesGrow({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodType;
  jsonSchema: { additionalProperties?: unknown };
}): void {
  const isLoose = zodSchema instanceof z.ZodObject && zodSchema.def.catchall === undefined;
  if (isLoose && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
}

/** Collects the document from the routes registered after it. */
export async function registerOpenapi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Fettle",
        version,
        description:
          'Hyperparameter tuning. Errors are application/problem+json; non-finite numbers travel as the strings "NaN", ' +
          '"Infinity", "-Infinity"; times are RFC 3339 UTC, durations seconds; unknown fields in a request are errors, ' +
          "unknown fields in a reply are to be ignored.",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
      tags: TAGS,
    },
    transform: (document) => transform(document as never),
    transformObject: (document) => withoutUnused(transformObject(document as never)) as never,
  });
}

const TAGS = [
  { name: "studies", description: "A search space, an objective, a command and limits." },
  { name: "trials", description: "One point of the search space, run once or more often." },
  { name: "charts", description: "What charts are drawn from: of a bounded size whatever the study's." },
  { name: "workers", description: "Ask and tell, for programs that run trials without an agent." },
  { name: "agents", description: "The hosts, and the protocol that their agents speak." },
  { name: "webhooks", description: "Who is told of events, and how that went." },
  { name: "service", description: "Events, tokens, health." },
];

/** What Fastify is told of a route: the document's part. The requests are checked by `parseInput`. */
export function fastifySchemaOf(route: Route): FastifySchema {
  const problem = {
    content: { "application/problem+json": { schema: problemSchema } },
    description: "Refused.",
  };
  const { status, schema, type } = route.reply;
  const content = { [type ?? "application/json"]: { schema } };
  const reply = status === 204 ? schema : { content, description: route.summary };
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    description: [route.description, scopeSentence(route)].filter(Boolean).join("\n\n"),
    security: route.access === "public" ? [] : [{ bearer: [] }],
    ...(route.params ? { params: route.params } : {}),
    ...(route.query ? { querystring: route.query } : {}),
    ...(route.body ? { body: route.body, consumes: [MEDIA_TYPES[route.bodyType ?? "json"]] } : {}),
    response: { [status]: reply, default: problem },
  } as FastifySchema;
}

function scopeSentence({ access, attemptToken, idempotent }: Route): string {
  const scope = access === "public" ? "Needs no token." : `Needs scope \`${access}\`.`;
  const own = attemptToken ? " The attempt's own token does, too." : "";
  const once = idempotent ? " Safe to repeat with the same `Idempotency-Key`." : "";
  return scope + own + once;
}

interface Document {
  components?: { schemas?: Record<string, unknown> };
}

/** Every named schema comes in a form for input and one for output; those that nothing refers to are left out. */
function withoutUnused(document: unknown): unknown {
  const { components, ...rest } = document as Document;
  const schemas = components?.schemas ?? {};
  const used = new Set<string>();
  const visit = (value: unknown): void => {
    for (const [, name] of JSON.stringify(value ?? null).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (used.has(name!)) continue;
      used.add(name!);
      visit(schemas[name!]);
    }
  };
  visit(rest);
  const kept = Object.entries(schemas).filter(([name]) => used.has(name));
  return { ...rest, components: { ...components, schemas: Object.fromEntries(kept) } };
}
