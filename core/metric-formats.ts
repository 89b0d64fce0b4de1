import { type CollectorSpec, DEFAULT_COLLECTORS, type StdoutFormat } from "./collector.ts";

/** How a metric must be written for a study's collectors to find it: the way out for one that was never seen. */
export function metricFormats(specs: readonly CollectorSpec[] | undefined, metric: string): string {
  const places = (specs ?? DEFAULT_COLLECTORS).map((spec) => placeOf(spec, metric));
  return `Read are ${places.join("; ")}. A number has a decimal point.`;
}

function placeOf(spec: CollectorSpec, metric: string): string {
  switch (spec.collector) {
    case "metrics-file":
      return `lines {"${metric}": 0.31} of the file $FETTLE_METRICS_FILE`;
    case "stdout":
      return `printed lines with ${PRINTED[spec.format](metric)}`;
    case "pattern":
      return "printed lines that match the study's own pattern";
    case "tensorboard":
      return `the scalar ${metric} of TensorBoard's event files`;
    case "csv":
      return `the column ${metric} of ${spec.path}`;
    case "jsonl":
      return `lines {"${metric}": 0.31} of ${spec.path}`;
  }
}

const PRINTED: Readonly<Record<StdoutFormat, (metric: string) => string>> = {
  auto: (metric) => `${metric}=0.31, ${metric}: 0.31 or {"${metric}": 0.31}`,
  katib: (metric) => `${metric}=0.31`,
  "key-value": (metric) => `${metric}: 0.31`,
  json: (metric) => `{"${metric}": 0.31}`,
  huggingface: (metric) => `{'${metric}': 0.31}`,
  progress: (metric) => `${metric}=0.31 or ${metric}: 0.31`,
};
