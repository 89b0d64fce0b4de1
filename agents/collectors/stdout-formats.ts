import type { StdoutFormat } from "../../core/collector.ts";
import type { LineParser } from "./collector.ts";
import { jsonLine } from "./json-lines.ts";
import { huggingFaceLine, katibLine, keyValueLine, progressLine } from "./text-lines.ts";

/** The registry of printed formats, by name. */
export const stdoutFormats: Readonly<Record<StdoutFormat, LineParser>> = {
  auto: autoLine,
  katib: katibLine,
  "key-value": keyValueLine,
  json: jsonLine,
  huggingface: huggingFaceLine,
  progress: progressLine,
};

/** The first of the strict formats that knows the line, else every `name=value` and `name: value` in it. */
function autoLine(line: string): ReturnType<LineParser> {
  const json = jsonLine(line);
  if (json.length > 0) return json;
  const dict = huggingFaceLine(line);
  return dict.length > 0 ? dict : progressLine(line);
}
