import { z } from "zod";
import { FettleError } from "../../core/errors.ts";
import { eventResourceSchema } from "../../core/resources.ts";
import { EVENT_TYPES } from "../../core/webhook.ts";
import { pageSchema, STUDY_URL, studyPath } from "../paths.ts";
import { flag, integer, listOf, pageQuery } from "../query.ts";
import { defineRoute } from "../route.ts";

export const studyEvents = defineRoute({
  id: "listStudyEvents",
  method: "GET",
  url: `${STUDY_URL}/events`,
  tag: "studies",
  summary: "The study's log, oldest first: every fact and decision with its reason",
  description: "The cursor is the `seq` of the last event seen, so a client may start anywhere.",
  access: "read",
  params: studyPath,
  query: z.strictObject({
    ...pageQuery,
    trial: integer({
      min: 0,
      max: 2_147_483_647,
      description: "Only what the log says of this trial.",
    }).optional(),
    type: listOf(EVENT_TYPES, "Only events of these types.").optional(),
    latest: flag(
      "The last `limit` of them instead of the first, oldest first all the same; no further page.",
    ),
  }),
  reply: { status: 200, schema: pageSchema(eventResourceSchema) },
  async handle({ store, lookup }, { params, query }) {
    const after = query.cursor ?? "0";
    if (!/^\d{1,15}$/.test(after)) {
      throw new FettleError("invalid-input", "The cursor is not one of this list.", {
        fields: [
          {
            pointer: "?cursor",
            code: "invalid-cursor",
            message: `"${after.slice(0, 50)}" is no event's seq.`,
          },
        ],
      });
    }
    const items = await lookup.withStudy(params.project, params.study, (id) =>
      store.studyEvents(id, {
        afterSeq: Number(after),
        limit: query.limit,
        latest: query.latest,
        trial: query.trial,
        types: query.type,
      }),
    );
    const last = items.at(-1);
    const more = !query.latest && last !== undefined && items.length === query.limit;
    return { items, nextCursor: more ? String(last.seq) : null };
  },
});
