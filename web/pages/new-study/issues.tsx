import type { FieldProblem } from "../../api/problem.ts";
import { placeText } from "./form-context.ts";

export interface Issue {
  line: number;
  place: string;
  message: string;
  hint?: string | undefined;
  severity: "error" | "warning";
}

export function issueOf(
  { pointer, message, hint }: FieldProblem,
  lineOf: (pointer: string) => number,
  severity: Issue["severity"],
): Issue {
  return { line: lineOf(pointer), place: placeText(pointer), message, hint, severity };
}

/** Everything that is wrong, each with the line that it is about. */
export function Issues({ issues, onLine }: { issues: readonly Issue[]; onLine: (line: number) => void }) {
  if (issues.length === 0) return null;
  return (
    <ul
      style={{ listStyle: "none", padding: 0, margin: 0, display: "grid", gap: 4 }}
      aria-label="Errors and warnings"
    >
      {issues.map(({ line, place, message, hint, severity }) => (
        <li key={`${line} ${place} ${message}`} class={`note small ${severity === "error" ? "bad" : "warn"}`}>
          <button type="button" class="link" onClick={() => onLine(line)}>
            line {line}
          </button>{" "}
          <span style={{ overflowWrap: "anywhere" }}>
            {place === "" ? "" : `${place}: `}
            {message}
          </span>
          {hint === undefined ? null : <span class="muted"> {hint}</span>}
        </li>
      ))}
    </ul>
  );
}
