import type { LineParser, ParsedPoint } from "./collector.ts";
import { jsonNumber } from "./number-text.ts";
import { withStep } from "./step-keys.ts";

/** A JSON object on a line of its own, or after a marker such as `[tune-metric]:`. Python's bare NaN is understood. */
export const jsonLine: LineParser = (line): ParsedPoint[] => {
  const object = parseObject(line);
  if (object === null) return [];
  const pairs = Object.entries(object).flatMap(([name, raw]) => {
    const value = jsonNumber(raw);
    return value === null || name.length > 200 ? [] : [{ name, value }];
  });
  return withStep(pairs);
};

function parseObject(line: string): Record<string, unknown> | null {
  const open = line.indexOf("{");
  // More than a short marker before the brace is prose.
  if (open < 0 || open > 80 || !line.trimEnd().endsWith("}")) return null;
  const text = line.slice(open);
  const parsed = tryParse(text) ?? tryParse(quoteBareNumbers(text));
  return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)
    ? (parsed as Record<string, unknown>)
    : null;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** `json.dumps` writes NaN, Infinity and -Infinity without quotes, which is no JSON. */
function quoteBareNumbers(text: string): string {
  return text.replace(/([:,[][ \t]{0,8})(NaN|-?Infinity)(?=[ \t]{0,8}[,}\]])/g, '$1"$2"');
}
