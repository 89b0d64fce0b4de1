import type { Timeline } from "../../core/charts.ts";
import { api, call } from "../api/client.ts";
import { type Resource, useResource } from "../app/resource.ts";
import { project, query } from "../app/router.ts";
import { ErrorNote, Loaded } from "../ui/notes.tsx";
import { StudyHead, useStudy } from "../ui/study-head.tsx";
import { Lanes } from "./timeline/lanes.tsx";
import { NothingRan } from "./timeline/nothing-ran.tsx";
import { Totals } from "./timeline/totals.tsx";

/** Where did the time go? */
export default function TimelinePage({ study: name }: { study: string }) {
  const study = useStudy(name);
  const before = query.value.get("before");
  const timeline = useTimeline(name, before);
  return (
    <>
      <StudyHead name={name} study={study.data} question="Where did the time go?" />
      {timeline.error !== null && timeline.data !== null ? <ErrorNote error={timeline.error} /> : null}
      <Loaded resource={timeline}>
        {(data) =>
          data.attempts.length === 0 && before === null ? (
            <NothingRan name={name} study={study.data} />
          ) : (
            <div class="stack">
              <Totals name={name} totals={data.totals} />
              <Lanes name={name} timeline={data} />
            </div>
          )
        }
      </Loaded>
    </>
  );
}

const MOVES = new Set(["trial.started", "attempt.ended", "trial.finished", "trial.paused"]);

function useTimeline(study: string, before: string | null): Resource<Timeline> {
  const read = () =>
    call(() =>
      api.GET("/v1/projects/{project}/studies/{study}/timeline", {
        params: { path: { project: project.value, study }, query: before === null ? {} : { before } },
      }),
    );
  return useResource(
    `${project.value}/${study}/${before}`,
    read as () => Promise<Timeline>,
    (event) => event.study === study && MOVES.has(event.type),
  );
}
