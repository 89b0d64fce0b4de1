import type { EventResource, QueueItem, TrialDetail } from "../../../core/resources.ts";
import { api, call } from "../../api/client.ts";
import { clock, duration } from "../../app/format.ts";
import { type Resource, useResource } from "../../app/resource.ts";
import { project } from "../../app/router.ts";
import { Empty, Loaded } from "../../ui/notes.tsx";
import { StateChip } from "../../ui/state-chip.tsx";
import { type Chapter, STORY_TYPES, tell } from "./chapters.ts";
import { Evidence } from "./evidence.tsx";
import type { TabProps } from "./tab-props.ts";

const MOST = 500;

/** One line of time, from why it was proposed to how it ended, each step with its reason and what that rests on. */
export function Story({ name, trial }: TabProps) {
  const events = useStory(name, trial.number);
  const waiting = useWaiting(name, trial);
  return (
    <section class="panel" aria-label="Story">
      <Loaded resource={events}>
        {(items) => (
          <>
            {items.length === 0 ? <Empty>The log says nothing of this trial yet.</Empty> : null}
            <ol style={{ margin: 0, padding: 0, listStyle: "none" }}>
              {tell(items).map((chapter) => (
                <ChapterItem key={chapter.key} chapter={chapter} />
              ))}
              <Now trial={trial} waiting={waiting.data} />
            </ol>
            {items.length === MOST ? <p class="muted">Only the last {MOST} steps are shown.</p> : null}
          </>
        )}
      </Loaded>
    </section>
  );
}

function useStory(study: string, number: number): Resource<EventResource[]> {
  const read = async () => {
    const { items } = await call(() =>
      api.GET("/v1/projects/{project}/studies/{study}/events", {
        params: {
          path: { project: project.value, study },
          // What it reported is in the metrics; here it would bury the rest.
          query: { trial: number, limit: MOST, latest: true, type: STORY_TYPES.join(",") },
        },
      }),
    );
    return items as EventResource[];
  };
  const told = new Set<string>(STORY_TYPES);
  return useResource(
    `${project.value}/${study}/${number}`,
    read,
    (event) => event.study === study && event.trial === number && told.has(event.type),
  );
}

/** Where it stands in the queue, while it waits there. */
function useWaiting(study: string, trial: TrialDetail): Resource<QueueItem | null> {
  const read = async () => {
    if (trial.state !== "queued") return null;
    const { items } = await call(() =>
      api.GET("/v1/queue", { params: { query: { project: project.value, limit: 1000 } } }),
    );
    return (items as QueueItem[]).find((item) => item.study === study && item.trial === trial.number) ?? null;
  };
  return useResource(
    `${project.value}/${study}/${trial.number}/${trial.state}`,
    read,
    (event) => trial.state === "queued" && event.study === study,
  );
}

function ChapterItem({ chapter }: { chapter: Chapter }) {
  const { event, title, sign, color, waited } = chapter;
  return (
    <>
      {waited === null ? null : (
        <li class="row muted small" style={{ ...ITEM, borderLeftStyle: "dashed" }}>
          <span>waited {duration(waited)}</span>
        </li>
      )}
      <li style={ITEM}>
        <div class="row" style={{ alignItems: "baseline" }}>
          <span aria-hidden="true" style={{ ...SIGN, color }}>
            {sign}
          </span>
          <strong>{title}</strong>
          <time class="muted small" dateTime={event.time} title={new Date(event.time).toString()}>
            {clock(event.time)}
          </time>
          <span class="muted small hide-small">{event.actor}</span>
        </div>
        <div style={{ overflowWrap: "anywhere" }}>{event.reason.text}</div>
        <Evidence rule={event.reason.rule} inputs={event.reason.inputs} data={event.data} />
      </li>
    </>
  );
}

/** Over the middle of the item's line, wide enough for the widest sign; the title begins where the text does. */
const SIGN = {
  width: 24,
  marginLeft: -27,
  marginRight: -5,
  textAlign: "center",
  background: "var(--panel)",
} as const;

const ITEM = { borderLeft: "2px solid var(--line)", padding: "0 0 14px 14px", marginLeft: 10 };

/** What it is doing at present, if it has not ended. */
function Now({ trial, waiting }: { trial: TrialDetail; waiting: QueueItem | null }) {
  if (trial.endedAt !== null) return null;
  return (
    <li style={{ ...ITEM, borderLeftStyle: "dashed", paddingBottom: 0 }}>
      <div class="row">
        <strong>Now</strong>
        <StateChip state={trial.state} />
      </div>
      <div>{waiting?.why ?? trial.reason.text}</div>
    </li>
  );
}
