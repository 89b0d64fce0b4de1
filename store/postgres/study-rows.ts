import type { WireNumber } from "../../core/number.ts";
import { fromLoss } from "../../core/objective.ts";
import type { StudyResource } from "../../core/resources.ts";
import type { Params } from "../../core/space.ts";
import type { StudySpec } from "../../core/study.ts";
import type { StudyEnd, StudyState, TrialState } from "../../core/trial.ts";
import type { Statement, TransactionSql } from "./connect.ts";

export interface StudyRow {
  id: string;
  project: string;
  name: string;
  spec: StudySpec;
  state: StudyState;
  end_code: StudyEnd | null;
  reason_code: string;
  reason_text: string;
  created: number;
  last_seq: number;
  version: number;
  created_at: Date;
  ended_at: Date | null;
  by_state: Record<TrialState, number>;
  best_trial: number | null;
  best_values: (WireNumber | null)[];
  best_params: Params;
  trend: number[] | null;
  wall_seconds: number;
  used_gpu_seconds: number;
}

/** Studies with their trials by state and their incumbent, in one query. `rest`: where, order and limit, over `s`. */
export function selectStudies(
  sql: TransactionSql,
  rest: Statement<readonly object[]>,
): Statement<StudyRow[]> {
  return sql<StudyRow[]>`
    select s.*, jsonb_build_object('queued', s.queued, 'running', s.running, 'paused', s.paused, 'completed', s.completed, 'pruned', s.pruned,
                                   'failed', s.failed, 'infeasible', s.infeasible, 'cancelled', s.cancelled) as by_state,
           best.number as best_trial, best.objective_values as best_values, best.params as best_params,
           extract(epoch from coalesce(s.ended_at, now()) - s.created_at)::float8 as wall_seconds,
           trend.losses as trend,
           s.gpu_seconds + coalesce(open.gpu_seconds, 0) as used_gpu_seconds
    from studies s
    left join lateral (
      select sum(extract(epoch from now() - started_at) * gpu_share)::float8 as gpu_seconds
      from attempts where study_id = s.id and ended_at is null
    ) open on true
    left join lateral (
      select number, objective_values, params from trials
      where study_id = s.id and losses is not null and state = 'completed' and feasible
      order by losses[1], number limit 1
    ) best on jsonb_array_length(s.spec -> 'objectives') = 1
    left join lateral (
      select array_agg(loss order by place) as losses
      from (select loss, place from study_progress where study_id = s.id and improved order by place desc limit 24) latest
    ) trend on true
    ${rest}`;
}

export function toStudy(row: StudyRow): StudyResource {
  return {
    id: row.id,
    project: row.project,
    name: row.name,
    state: row.state,
    end: row.end_code,
    reason: { code: row.reason_code, text: row.reason_text },
    spec: row.spec,
    counts: row.by_state,
    created: row.created,
    used: { wallSeconds: row.wall_seconds, gpuHours: row.used_gpu_seconds / 3600 },
    best:
      row.best_trial === null
        ? null
        : { trial: row.best_trial, values: row.best_values, params: row.best_params },
    trend: (row.trend ?? []).map((loss) => fromLoss(row.spec.objectives[0]!.goal, loss)),
    createdAt: row.created_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    version: row.version,
    lastSeq: row.last_seq,
  };
}
