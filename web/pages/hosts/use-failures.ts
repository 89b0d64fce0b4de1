import { api, call } from "../../api/client.ts";
import { useResource } from "../../app/resource.ts";
import { project } from "../../app/router.ts";

export interface HostRecord {
  host: string;
  /** Attempts that ended, and those of them that failed or were lost with the host. */
  ended: number;
  failed: number;
  latest: { study: string; trial: number; reason: string } | null;
}

/** So few studies, and so few of their latest attempts, that the answers stay small. */
const MOST_STUDIES = 5;
const ATTEMPTS = 500;

/** Hosts by the share of attempts that failed, worst first; read again when an attempt fails. */
export function useFailures(studies: readonly string[]): readonly HostRecord[] {
  const looked = studies.slice(0, MOST_STUDIES);
  const read = async () => tally(await Promise.all(looked.map(latestAttempts)));
  const records = useResource(`${project.value} ${looked.join(",")}`, read, ({ type, data }) => {
    return type === "attempt.ended" && isFailure((data.end as { outcome?: string } | undefined)?.outcome);
  });
  return records.data ?? [];
}

async function latestAttempts(study: string) {
  const params = { path: { project: project.value, study }, query: { limit: ATTEMPTS } };
  // A study of another project, or one that was deleted just now, has none here.
  const { attempts } = await call(() =>
    api.GET("/v1/projects/{project}/studies/{study}/timeline", { params }),
  ).catch(() => ({ attempts: [] }));
  return attempts.map((attempt) => ({ ...attempt, study }));
}

type Attempt = Awaited<ReturnType<typeof latestAttempts>>[number];

function tally(attempts: readonly Attempt[][]): HostRecord[] {
  const records = new Map<string, HostRecord>();
  for (const { study, trial, worker, outcome, reason } of attempts.flat()) {
    if (outcome === null) continue;
    const record = records.get(worker) ?? { host: worker, ended: 0, failed: 0, latest: null };
    const failed = isFailure(outcome);
    records.set(worker, {
      host: worker,
      ended: record.ended + 1,
      failed: record.failed + (failed ? 1 : 0),
      latest: record.latest ?? (failed ? { study, trial, reason } : null),
    });
  }
  return [...records.values()].sort((a, b) => b.failed / b.ended - a.failed / a.ended);
}

function isFailure(outcome: string | null | undefined): boolean {
  return outcome === "failed" || outcome === "lost";
}
