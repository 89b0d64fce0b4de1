import type { StudyResource } from "../../core/resources.ts";
import { api, call } from "../api/client.ts";
import { plural } from "../app/format.ts";
import { ofStudy, type Resource, useResource } from "../app/resource.ts";
import { path, project } from "../app/router.ts";
import { Link } from "./link.tsx";
import { StateChip } from "./state-chip.tsx";

/** The study that a page is about, kept up to date. */
export function useStudy(study: string): Resource<StudyResource> {
  const read = () =>
    call(() =>
      api.GET("/v1/projects/{project}/studies/{study}", {
        params: { path: { project: project.value, study } },
      }),
    );
  return useResource(`${project.value}/${study}`, read as () => Promise<StudyResource>, ofStudy(study));
}

const TABS = [
  { to: "", name: "Overview" },
  { to: "/explore", name: "Explore" },
  { to: "/curves", name: "Curves" },
  { to: "/timeline", name: "Timeline" },
];

interface StudyHeadProps {
  name: string;
  study: StudyResource | null;
  /** The page in one question. */
  question: string;
}

/** Name, state and progress of a study, and the way to its other pages. */
export function StudyHead({ name, study, question }: StudyHeadProps) {
  const base = `/studies/${encodeURIComponent(name)}`;
  return (
    <>
      <div class="page-head">
        <h1>{name}</h1>
        {study === null ? null : <StateChip state={study.state} reason={study.reason.text} />}
        {study === null ? null : <Progress study={study} />}
      </div>
      <p class="question">{question}</p>
      <nav class="tabs no-print" aria-label="Pages of this study">
        {TABS.map(({ to, name: tab }) => (
          <Link key={tab} to={base + to} aria-current={path.value === base + to ? "page" : undefined}>
            {tab}
          </Link>
        ))}
      </nav>
    </>
  );
}

/** Progress against the limit that binds. */
function Progress({ study }: { study: StudyResource }) {
  const limit = bindingLimit(study);
  if (limit === null) return <span class="muted">{plural(study.created, "trial")}</span>;
  return (
    <span class="row" title={limit.text}>
      <span
        class="bar"
        style={{ width: 120 }}
        role="progressbar"
        aria-label={limit.text}
        aria-valuenow={Math.round(100 * limit.share)}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <span style={{ width: `${Math.min(100, 100 * limit.share)}%` }} />
      </span>
      <span class="muted">{limit.text}</span>
    </span>
  );
}

/** The limit of which the largest share is used up; null: none was set. */
export function bindingLimit({ spec, counts, used }: StudyResource): { share: number; text: string } | null {
  const { maxTrials, maxGpuHours, maxWallTimeSeconds } = spec.budget;
  const ended = counts.completed + counts.pruned + counts.failed + counts.infeasible + counts.cancelled;
  const limits = [
    ...(maxTrials === undefined
      ? []
      : [{ share: ended / maxTrials, text: `${ended} of ${maxTrials} trials` }]),
    ...(maxGpuHours === undefined
      ? []
      : [
          {
            share: used.gpuHours / maxGpuHours,
            text: `${used.gpuHours.toFixed(1)} of ${maxGpuHours} GPU-hours`,
          },
        ]),
    ...(maxWallTimeSeconds === undefined
      ? []
      : [
          {
            share: used.wallSeconds / maxWallTimeSeconds,
            text: `${Math.round(used.wallSeconds / 60)} of ${Math.round(maxWallTimeSeconds / 60)} minutes`,
          },
        ]),
  ];
  return limits.sort((a, b) => b.share - a.share)[0] ?? null;
}
