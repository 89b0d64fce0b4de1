import type { StudyResource } from "../../core/resources.ts";
import { plural } from "../app/format.ts";
import { query } from "../app/router.ts";
import { Empty, Loaded } from "../ui/notes.tsx";
import { StudyHead, useStudy } from "../ui/study-head.tsx";
import { Explorer } from "./explore/explorer.tsx";
import { useSample } from "./explore/read.ts";

/** Which parameters matter, and where to look next. */
export default function ExplorePage({ study: name }: { study: string }) {
  const study = useStudy(name);
  const sample = useSample(name, query.value.get("only") === "completed");
  return (
    <>
      <StudyHead name={name} study={study.data} question="Which parameters matter, and where next?" />
      <Loaded resource={study}>
        {(loaded) => (
          <Loaded resource={sample}>
            {(trials) =>
              trials.sampled === 0 ? (
                <NothingYet study={loaded} />
              ) : (
                <Explorer study={loaded} sample={trials} />
              )
            }
          </Loaded>
        )}
      </Loaded>
    </>
  );
}

function NothingYet({ study: { counts } }: { study: StudyResource }) {
  return (
    <Empty>
      <p style={{ margin: 0 }}>
        No trial has ended yet: {plural(counts.running, "trial")} running, {counts.queued} queued. The first
        points show as soon as they have; importance and the model need ten.
      </p>
    </Empty>
  );
}
