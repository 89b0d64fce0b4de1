import { basename, dirname } from "node:path";
import type { Collector } from "./collector.ts";
import { jsonLine } from "./json-lines.ts";
import { lineFiles } from "./line-files.ts";

/** The file is this attempt's own, so that nothing in it is of an earlier one. */
export const metricsFile: Collector<"metrics-file"> = {
  kind: "metrics-file",
  summary: "JSON lines on the file that FETTLE_METRICS_FILE names.",
  open(_spec, context) {
    const own = {
      ...context,
      directories: [dirname(context.metricsFile)],
      startedMs: Number.NEGATIVE_INFINITY,
    };
    return lineFiles(basename(context.metricsFile), own, () => jsonLine);
  },
};
