import type { Progress } from "../../core/charts.ts";
import { fromLoss } from "../../core/objective.ts";
import type { StudySpec } from "../../core/study.ts";
import type { TrialState } from "../../core/trial.ts";
import type { Sql } from "./connect.ts";

/** Improvements drawn: more steps than a line has pixels. */
const MOST_IMPROVEMENTS = 2000;

interface PointRow {
  trial: number;
  state: TrialState;
  loss: number;
  place: number;
  seconds: number;
  gpu_hours: number;
  improved: boolean;
}

/** Best so far as a line of steps, and at most `points` dots and the improvements beside it; see `noteProgress`. */
export async function progress(sql: Sql, studyId: string, points: number): Promise<Progress> {
  const [study] = await sql<{ spec: StudySpec; trials: number }[]>`
    select spec, coalesce((select max(place) from study_progress where study_id = s.id), 0) as trials
    from studies s where id = ${studyId}`;
  const { spec, trials } = study as { spec: StudySpec; trials: number };
  const { metric, goal } = spec.objectives[0]!;
  const rows = await sql<PointRow[]>`
    with sampled as (
      (select * from study_progress where study_id = ${studyId} and improved order by place desc limit ${MOST_IMPROVEMENTS})
      union
      (select * from study_progress where study_id = ${studyId} order by hashint4(place) limit ${points})
    )
    select p.trial, p.state, p.loss, p.place, p.improved, p.gpu_seconds / 3600 as gpu_hours,
           extract(epoch from p.ended_at - s.created_at)::float8 as seconds
    from sampled p join studies s on s.id = p.study_id order by p.place`;
  const pointOf = ({ trial, loss, place, seconds, gpu_hours }: PointRow) => ({
    trial,
    value: fromLoss(goal, loss),
    trials: place,
    seconds,
    gpuHours: gpu_hours,
  });
  return {
    metric,
    goal,
    trials,
    improvements: rows.filter(({ improved }) => improved).map(pointOf),
    points: rows.map((row) => ({ ...pointOf(row), state: row.state })),
  };
}
