import { memo } from "preact/compat";
import { useEffect, useState } from "preact/hooks";
import type { EventResource } from "../../../core/resources.ts";
import { onEvents } from "../../api/live.ts";
import { clock, moment } from "../../app/format.ts";
import { useResource } from "../../app/resource.ts";
import { project } from "../../app/router.ts";
import { Link } from "../../ui/link.tsx";
import { Empty, Loaded } from "../../ui/notes.tsx";
import { stateColor } from "../../ui/state-color.ts";
import { readLatestEvents } from "./read.ts";

/** What somebody or something decided; facts such as points and starts are left to the trial's story. */
const DECISIONS: Readonly<Record<string, { verb: string; state: string }>> = {
  "trial.scheduled": { verb: "proposed", state: "queued" },
  "trial.enqueued": { verb: "enqueued", state: "queued" },
  "trial.paused": { verb: "paused", state: "paused" },
  "trial.promoted": { verb: "promoted", state: "running" },
  "trial.held-out": { verb: "held out", state: "pruned" },
  "trial.stopping": { verb: "stopping", state: "stopping" },
  "trial.requeued": { verb: "queued again", state: "queued" },
  "trial.finished": { verb: "finished", state: "completed" },
  "search.waiting": { verb: "search waits", state: "queued" },
  "search.exhausted": { verb: "search exhausted", state: "done" },
  "study.paused": { verb: "study paused", state: "paused" },
  "study.resumed": { verb: "study resumed", state: "running" },
  "study.changed": { verb: "study changed", state: "queued" },
  "study.stopping": { verb: "study stopping", state: "stopping" },
  "study.done": { verb: "study done", state: "done" },
};
const TYPES = Object.keys(DECISIONS);
const SHOWN = 40;

/** The study's decisions in sentences, newest first: read once, then as they are made. */
export function Decisions({ study }: { study: string }) {
  const first = useResource(`${project.value}/${study}`, () => readLatestEvents(study, TYPES, SHOWN));
  const [later, setLater] = useState<readonly EventResource[]>([]);
  useEffect(
    () =>
      onEvents((events) => {
        const ours = events.filter((event) => event.study === study && event.project === project.value);
        const decisions = ours.filter(({ type }) => type in DECISIONS);
        if (decisions.length > 0) setLater((before) => [...before, ...decisions].slice(-SHOWN));
      }),
    [study],
  );
  return (
    <section class="panel" aria-label="Decisions">
      <header>
        <h2>Decisions, as they are made</h2>
      </header>
      <Loaded resource={first}>
        {(before) => {
          const events = newestFirst([...before, ...later]);
          if (events.length === 0) return <Empty>None yet. The first one is the first trial's point.</Empty>;
          return (
            <ol class="scroll decisions">
              {events.map((event) => (
                <Decision key={event.seq} event={event} />
              ))}
            </ol>
          );
        }}
      </Loaded>
    </section>
  );
}

/** Each once: an event may have been read and have come by the stream as well. */
function newestFirst(events: readonly EventResource[]): readonly EventResource[] {
  const bySeq = new Map(events.map((event) => [event.seq, event]));
  return [...bySeq.values()].sort((a, b) => b.seq - a.seq).slice(0, SHOWN);
}

const Decision = memo(({ event }: { event: EventResource }) => {
  const { verb, state } = DECISIONS[event.type]!;
  // A trial finishes in one of several states; the event tells which.
  const ended =
    event.type === "trial.finished" && typeof event.data.state === "string" ? event.data.state : null;
  return (
    <li>
      <time class="muted" dateTime={event.time} title={moment(event.time)}>
        {clock(event.time)}
      </time>
      <span class="nowrap">
        <span style={{ color: stateColor(ended ?? state) }}>{ended ?? verb}</span>{" "}
        {event.trial === null ? null : (
          <Link to={`/studies/${encodeURIComponent(event.study)}/trials/${event.trial}`}>#{event.trial}</Link>
        )}
      </span>
      <span class="grow" title={`Rule: ${event.reason.rule}`}>
        {event.reason.text}
      </span>
    </li>
  );
});
