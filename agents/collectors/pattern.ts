import { RE2JS } from "re2js";
import type { LineParser } from "./collector.ts";
import { parseNumber } from "./number-text.ts";

/** Values that one line may give; a pattern that matches everywhere must not flood the server. */
const MAX_MATCHES = 100;

/** A user's own pattern, in RE2's linear time. `metric`: the name, where the pattern has no group for it. */
export function patternParser(source: string, metric: string | undefined): LineParser {
  const pattern = RE2JS.compile(source);
  const groups = new Set(Object.keys(pattern.namedGroups()));
  return (line) => {
    const points = [];
    const matcher = pattern.matcher(line);
    for (let matches = 0; matches < MAX_MATCHES && matcher.find(); matches++) {
      const group = (name: string) => (groups.has(name) ? (matcher.group(name) ?? null) : null);
      const name = group("name") ?? metric;
      const value = parseNumber(group("value") ?? "");
      if (name === undefined || name === "" || value === null) continue;
      points.push({ name, step: parseNumber(group("step") ?? ""), value });
    }
    return points;
  };
}
