import { z } from "zod";
import { FettleError, messageOf } from "../../core/errors.ts";
import { projectSchema } from "../../core/resources.ts";
import { textSchema } from "../../core/text.ts";
import { watchAccess } from "../access-watch.ts";
import { eventFilter } from "../event-filter.ts";
import type { EventStream } from "../event-stream.ts";
import { createEventStream, STREAM_HEADERS } from "../event-stream.ts";
import { words } from "../query.ts";
import { defineRoute, TAKEN_OVER } from "../route.ts";

export const eventsStream = defineRoute({
  id: "streamEvents",
  method: "GET",
  url: "/v1/events",
  tag: "service",
  summary: "Every event as it is decided, as Server-Sent Events",
  description:
    "With `Last-Event-ID` it begins right after that event, without a gap. A comment comes every 15 seconds. " +
    "`event: reset`: the client read too slowly; connect again with the last id.",
  access: "read",
  query: z.strictObject({
    project: projectSchema.optional().describe("Only of this project."),
    study: textSchema()
      .min(1)
      .max(100)
      .optional()
      .describe("Only of this study (name or id); project: `default` if not given."),
    types: words("Only these types, with commas between, as in trial.finished,study.done.").optional(),
    lastEventId: z.string().max(200).optional().describe("Instead of the header."),
  }),
  reply: { status: 200, schema: z.string(), type: "text/event-stream" },
  async handle({ store, tokens, events, limits, log }, { query, request, reply }) {
    const { project, study: name, types } = query;
    const study = name === undefined ? null : await store.getStudy(project ?? "default", name);
    const wants = eventFilter({ project: project ?? study?.project, study: study?.name, types });
    const header = request.headers["last-event-id"];
    const after = (typeof header === "string" && header !== "" ? header : query.lastEventId) ?? null;
    // An unknown position is refused while the reply can still say so.
    if (after !== null) await store.eventsAfter(after, 1);
    if (events.count() >= limits.eventClients) {
      throw new FettleError("too-many-requests", `${limits.eventClients} clients follow the events already.`);
    }
    reply.hijack();
    // Gone while its request was looked at: "close" was emitted already, and nothing would ever end its stream.
    if (reply.raw.destroyed || request.raw.destroyed) return TAKEN_OVER;
    reply.raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...STREAM_HEADERS });
    reply.raw.flushHeaders();
    const stream: EventStream = createEventStream({
      response: reply.raw,
      wants,
      buffer: limits.eventBuffer,
      stallMs: limits.eventStallMs,
      onEnd() {
        unwatch();
        events.leave(stream);
      },
    });
    const unwatch = watchAccess({
      tokens,
      request,
      everyMs: limits.eventAccessMs,
      onRefused: () => stream.end(),
    });
    try {
      const began = await events.listen(stream, after);
      if (began !== null && after === null) stream.begin(began);
    } catch (error) {
      log.warn({ requestId: request.id, error: messageOf(error) }, "event stream could not begin");
      stream.end();
    }
    return TAKEN_OVER;
  },
});
