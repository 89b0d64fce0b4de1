import type { CollectorKind, CollectorSpec } from "../../core/collector.ts";
import type { Collector, CollectorContext, FileCollector, LineCollector } from "./collector.ts";
import { csv } from "./csv.ts";
import { jsonl } from "./jsonl.ts";
import { metricsFile } from "./metrics-file.ts";
import { pattern } from "./pattern.ts";
import { stdout } from "./stdout.ts";
import { tensorboard } from "./tensorboard.ts";

/** Every way to collect metrics, by the name that a specification uses. */
export const collectors: { readonly [Kind in CollectorKind]: Collector<Kind> } = {
  "metrics-file": metricsFile,
  stdout,
  pattern,
  tensorboard,
  csv,
  jsonl,
};

export function openCollector(spec: CollectorSpec, context: CollectorContext): LineCollector | FileCollector {
  // The registry's type pairs each kind with its specification, which an index by a union cannot express.
  const collector = collectors[spec.collector] as Collector<CollectorKind>;
  return collector.open(spec, context);
}
