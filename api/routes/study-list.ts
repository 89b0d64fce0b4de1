import { z } from "zod";
import { parseFilter, STUDY_FIELDS } from "../../core/filter.ts";
import { studyResourceSchema } from "../../core/resources.ts";
import { textSchema } from "../../core/text.ts";
import { studyStateSchema } from "../../core/trial.ts";
import { pageSchema, projectPath, STUDIES_URL } from "../paths.ts";
import { filterText, pageOf, pageQuery } from "../query.ts";
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
    filter: filterText(STUDY_FIELDS),
    state: studyStateSchema.optional(),
    tag: textSchema().max(100).optional(),
  }),
  reply: { status: 200, schema: pageSchema(studyResourceSchema) },
  handle({ store }, { params, query }) {
    const { state, tag, filter } = query;
    const wanted = {
      ...(state && { state }),
      ...(tag !== undefined && { tag }),
      ...(filter && { filter: parseFilter(filter, STUDY_FIELDS) }),
    };
    return store.listStudies(params.project, wanted, pageOf(query));
  },
});
