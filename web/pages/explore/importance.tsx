import type { ImportanceResource } from "../../../core/resources.ts";
import { short } from "../../app/format.ts";
import type { Resource } from "../../app/resource.ts";
import { setQuery } from "../../app/router.ts";
import { Figure } from "../../charts/figure.tsx";
import { ImportanceBars } from "../../charts/importance-bars.tsx";
import { Loaded } from "../../ui/notes.tsx";

interface ImportanceProps {
  resource: Resource<ImportanceResource>;
  evaluator: "ped-anova" | "fanova";
}

const EVALUATORS = {
  "ped-anova": "what sets the best tenth apart",
  fanova: "what moves the objective at all",
} as const;

/** Which parameters matter, how surely, and which way; or that it is too early to say. */
export function Importance({ resource, evaluator }: ImportanceProps) {
  return (
    <Figure
      title="Importance"
      text={resource.data?.text ?? "Importance of the parameters."}
      table={() => tableOf(resource.data)}
      controls={
        <label class="small">
          By
          <select
            value={evaluator}
            onChange={({ currentTarget: { value } }) =>
              setQuery({ evaluator: value === "ped-anova" ? null : value }, true)
            }
          >
            {Object.entries(EVALUATORS).map(([name, question]) => (
              <option key={name} value={name}>
                {question} ({name})
              </option>
            ))}
          </select>
        </label>
      }
    >
      <Loaded resource={resource}>
        {(importance) =>
          importance.verdict === "too-early" ? (
            <TooEarly importance={importance} />
          ) : (
            <Clear importance={importance} />
          )
        }
      </Loaded>
    </Figure>
  );
}

function Clear({ importance }: { importance: ImportanceResource }) {
  return (
    <>
      <p class="muted" style={{ margin: "0 0 8px" }}>
        {importance.text}
      </p>
      <ImportanceBars importance={importance} />
      <Interactions importance={importance} />
    </>
  );
}

/** Bars would be taken for an answer, so they show only to those who ask. */
function TooEarly({ importance }: { importance: ImportanceResource }) {
  return (
    <>
      <div class="note warn">{importance.text}</div>
      <details style={{ marginTop: 8 }}>
        <summary class="small">Show the estimates all the same</summary>
        <ImportanceBars importance={importance} />
      </details>
    </>
  );
}

function Interactions({ importance: { interactions } }: { importance: ImportanceResource }) {
  const strong = interactions.filter(({ low }) => low >= 0.01).slice(0, 3);
  if (strong.length === 0) return null;
  return (
    <p class="muted small" style={{ margin: "8px 0 0" }}>
      Together:{" "}
      {strong
        .map(({ parameters, importance }) => `${parameters.join(" × ")} ${short(100 * importance, 2)} %`)
        .join(", ")}
      .
    </p>
  );
}

function tableOf(importance: ImportanceResource | null) {
  return {
    columns: ["parameter", "share", "low", "high", "larger is"],
    rows: (importance?.parameters ?? []).map(({ name, importance: share, low, high, direction }) => [
      name,
      share,
      low,
      high,
      direction ?? "unclear",
    ]),
  };
}
