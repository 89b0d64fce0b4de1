import type { Leaderboard, StudyResource } from "../../../core/resources.ts";
import { plural, short } from "../../app/format.ts";
import type { Resource } from "../../app/resource.ts";
import { go } from "../../app/router.ts";
import { Figure } from "../../charts/figure.tsx";
import { ParetoScatter } from "../../charts/pareto-scatter.tsx";
import { Empty, Loaded } from "../../ui/notes.tsx";

/** Two objectives against each other: what can be had of one for how much of the other. */
export function ParetoPanel({
  study,
  ranking,
}: {
  study: StudyResource;
  ranking: Resource<Leaderboard | null>;
}) {
  const [first, second] = study.spec.objectives;
  if (first === undefined || second === undefined) return null;
  const rows = ranking.data?.rows ?? [];
  const front = rows.filter(({ rank, feasible, state }) => rank === 1 && feasible && state === "completed");
  return (
    <Figure
      title="Pareto front"
      text={`${plural(front.length, "trial")} of ${rows.length} ${front.length === 1 ? "is" : "are"} not beaten in both ${first.metric} and ${second.metric}.`}
      table={() => ({
        columns: ["Trial", "Front", first.metric, second.metric],
        rows: rows.map(({ trial, rank, values }) => [trial, rank, short(values[0], 6), short(values[1], 6)]),
      })}
    >
      <Loaded resource={ranking}>
        {() =>
          rows.length === 0 ? (
            <Empty>No trial has ended with all of its values yet.</Empty>
          ) : (
            <ParetoScatter
              rows={rows}
              objectives={[first, second]}
              onPick={(trial) => go(`/studies/${encodeURIComponent(study.name)}/trials/${trial}`)}
            />
          )
        }
      </Loaded>
    </Figure>
  );
}
