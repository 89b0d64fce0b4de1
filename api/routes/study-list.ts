import { z } from "zod";
import { studyResourceSchema } from "../../core/resources.ts";
import { studyStateSchema } from "../../core/trial.ts";
import { pageSchema, projectPath, STUDIES_URL } from "../paths.ts";
import { pageOf, pageQuery } from "../query.ts";
import { defineRoute } from "../route.ts";

export const studyList = defineRoute({
  id: "listStudies",
  method: "GET",
  url: STUDIES_URL,
  tag: "studies",
  summary: "List studies, newest first",
  access: "read",
  params: projectPath,
  query: z.strictObject({
    ...pageQuery,
    state: studyStateSchema.optional(),
    tag: z.string().max(100).optional(),
  }),
  reply: { status: 200, schema: pageSchema(studyResourceSchema) },
  handle({ store }, { params, query }) {
    const { state, tag } = query;
    const filter = { ...(state === undefined ? {} : { state }), ...(tag === undefined ? {} : { tag }) };
    return store.listStudies(params.project, filter, pageOf(query));
  },
});
