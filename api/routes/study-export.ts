import { Readable } from "node:stream";
import { z } from "zod";
import { csvExport, jsonLinesExport } from "../export.ts";
import { STUDY_URL, studyPath } from "../paths.ts";
import { defineRoute, RawAnswer } from "../route.ts";

const TYPES = { csv: "text/csv; charset=utf-8", jsonl: "application/x-ndjson; charset=utf-8" } as const;

export const studyExport = defineRoute({
  id: "exportStudy",
  method: "GET",
  url: `${STUDY_URL}/export`,
  tag: "studies",
  summary: "All trials in number order, as CSV or as lines of JSON",
  access: "read",
  params: studyPath,
  query: z.strictObject({ format: z.enum(["csv", "jsonl"]).default("csv") }),
  reply: { status: 200, schema: z.string(), type: "text/csv" },
  async handle({ store }, { params, query, reply }) {
    const study = await store.getStudy(params.project, params.study);
    const text = query.format === "csv" ? csvExport(store, study) : jsonLinesExport(store, study.id);
    reply.header("content-disposition", `attachment; filename="${study.name}.${query.format}"`);
    return new RawAnswer(TYPES[query.format], Readable.from(text));
  },
});
