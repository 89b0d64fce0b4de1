import { RE2JS } from "re2js";
import type { Collector, LineParser } from "./collector.ts";
import { parseNumber } from "./number-text.ts";

/** Values that one line may give; a pattern that matches everywhere must not flood the server. */
const MAX_MATCHES = 100;

export const pattern: Collector<"pattern"> = {
  kind: "pattern",
  summary: "A regular expression of one's own over each printed line, on RE2.",
  open: (spec) => ({ source: "output", parse: patternParser(spec.pattern, spec.name) }),
};

/** A user's own pattern, in RE2's linear time. `metric`: the name, where the pattern has no group for it. */
function patternParser(source: string, metric: string | undefined): LineParser {
  const compiled = RE2JS.compile(source);
  const groups = new Set(Object.keys(compiled.namedGroups()));
  return (line) => {
    const points = [];
    const matcher = compiled.matcher(line);
    for (let matches = 0; matches < MAX_MATCHES && matcher.find(); matches++) {
      const group = (name: string) => (groups.has(name) ? (matcher.group(name) ?? null) : null);
      const name = group("name") ?? metric;
      const value = parseNumber(group("value") ?? "");
      if (name === undefined || name.trim() === "" || value === null) continue;
      points.push({ name: name.trim(), step: parseNumber(group("step") ?? ""), value });
    }
    return points;
  };
}
