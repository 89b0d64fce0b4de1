import type { Collector } from "./collector.ts";
import { jsonLine } from "./json-lines.ts";
import { lineFiles } from "./line-files.ts";

export const jsonl: Collector<"jsonl"> = {
  kind: "jsonl",
  summary: "A file of JSON lines that grows.",
  open: (spec, context) => lineFiles(spec.path, context, () => jsonLine),
};
