import { useMemo, useRef, useState } from "preact/hooks";
import type { AttemptResource } from "../../../core/resources.ts";
import { useShortcuts } from "../../app/keys.ts";
import { query, setQuery } from "../../app/router.ts";
import { Empty, ErrorNote } from "../../ui/notes.tsx";
import { plainText } from "./ansi.ts";
import { holds, searchFor } from "./log-search.ts";
import type { LogPlace } from "./log-source.ts";
import { LogView } from "./log-view.tsx";
import type { TabProps } from "./tab-props.ts";
import { useLog } from "./use-log.ts";

const ERROR = /error|exception|traceback/i;

/** What it printed, attempt by attempt. */
export function Logs({ name, trial }: TabProps) {
  const wanted = Number(query.value.get("attempt"));
  const attempt = trial.attempts.find((one) => one.attempt === wanted) ?? trial.attempts.at(-1);
  if (attempt === undefined)
    return <Empty>It has not run yet; what it prints will be here: {trial.reason.text}</Empty>;
  const place = { study: name, trial: trial.number, attempt: attempt.attempt };
  return (
    <section class="panel">
      <AttemptLog key={attempt.attempt} place={place} attempt={attempt} attempts={trial.attempts} />
    </section>
  );
}

interface AttemptLogProps {
  place: LogPlace;
  attempt: AttemptResource;
  attempts: readonly AttemptResource[];
}

function AttemptLog({ place, attempt, attempts }: AttemptLogProps) {
  const log = useLog(place, attempt.logBytes, attempt.endedAt === null);
  const [follow, setFollow] = useState(true);
  // Kept as counted from the line that was first at first: earlier ones may come before it.
  const [chosen, setChosen] = useState<number | null>(null);
  const target = chosen === null ? -1 : chosen + log.shift;
  const field = useRef<HTMLInputElement>(null);
  const find = query.value.get("find") ?? "";
  const search = useMemo(() => searchFor(find), [find]);
  const lines = log.lines.at(-1) === "" ? log.lines.slice(0, -1) : log.lines;
  const hits = useMemo(
    () =>
      search === null ? [] : [...lines.keys()].filter((index) => holds(plainText(lines[index]!), search)),
    [log.lines, search],
  );
  const show = (line: number | undefined) => {
    if (line === undefined || line === -1) return;
    setFollow(false);
    setChosen(line - log.shift);
  };
  const next = () => show(hits.find((line) => line > target) ?? hits[0]);
  const previous = () => show(hits.findLast((line) => line < target) ?? hits.at(-1));
  const firstError = useMemo(() => lines.findIndex((line) => ERROR.test(plainText(line))), [log.lines]);
  useShortcuts([
    { key: "/", does: "search the log", run: () => field.current?.focus() },
    { key: "n", does: "next place found", run: next },
    { key: "N", does: "place found before", run: previous },
    { key: "e", does: "jump to the first error", run: () => show(firstError) },
  ]);
  const position = hits.indexOf(target);
  return (
    <>
      <div class="row no-print" style={{ marginBottom: 8 }}>
        <AttemptChoice attempt={attempt} attempts={attempts} />
        <input
          ref={field}
          type="search"
          class="grow"
          style={{ minWidth: 140, maxWidth: 320 }}
          placeholder="Search  ( / )"
          aria-label="Search the log"
          value={find}
          onInput={(event) => setQuery({ find: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === "Enter") (event.shiftKey ? previous : next)();
            if (event.key === "Escape") event.currentTarget.blur();
          }}
        />
        {search === null ? null : (
          <>
            <span class="muted" role="status">
              {hits.length === 0
                ? "not found"
                : `${position === -1 ? "" : `${position + 1} of `}${hits.length} lines`}
            </span>
            <button type="button" disabled={hits.length === 0} onClick={previous} aria-label="Previous">
              ↑
            </button>
            <button type="button" disabled={hits.length === 0} onClick={next} aria-label="Next">
              ↓
            </button>
          </>
        )}
        <button type="button" disabled={firstError === -1} onClick={() => show(firstError)}>
          {firstError === -1 ? "No error" : "First error"}
        </button>
        <label>
          <input
            type="checkbox"
            checked={follow}
            onChange={(event) => setFollow(event.currentTarget.checked)}
          />
          {log.live ? "Follow" : "At the end"}
        </label>
        <span class="muted small" role="status">
          {log.live ? "● being written" : ""}
        </span>
      </div>
      {log.error === null ? null : <ErrorNote error={log.error} />}
      {log.before === null ? (
        <p class="muted small">Older lines were let go; reload the page to see them.</p>
      ) : log.before > 0 ? (
        <div class="row small" style={{ marginBottom: 6 }}>
          <span class="muted">{bytesText(log.before)} before this</span>
          <button type="button" disabled={log.loading} onClick={() => void log.loadEarlier()}>
            Load earlier lines
          </button>
        </div>
      ) : null}
      {log.truncatedBytes > 0 ? (
        <p class="note warn">The agent left out {bytesText(log.truncatedBytes)}: the log is limited.</p>
      ) : null}
      {lines.length === 0 ? (
        <Empty>{log.loading ? "Loading …" : emptyText(attempt)}</Empty>
      ) : (
        <LogView
          lines={lines}
          shift={log.shift}
          search={search}
          target={target}
          follow={follow}
          onFollow={setFollow}
        />
      )}
    </>
  );
}

function AttemptChoice({
  attempt,
  attempts,
}: {
  attempt: AttemptResource;
  attempts: readonly AttemptResource[];
}) {
  if (attempts.length === 1) return null;
  return (
    <label>
      Attempt
      <select
        value={attempt.attempt}
        onChange={(event) => setQuery({ attempt: event.currentTarget.value }, true)}
      >
        {attempts.map((one) => (
          <option key={one.attempt} value={one.attempt}>
            {one.attempt} on {one.worker}: {one.outcome ?? "running"}
          </option>
        ))}
      </select>
    </label>
  );
}

function emptyText({ endedAt, message }: AttemptResource): string {
  if (endedAt === null) return "Nothing printed yet; it will appear here.";
  return `It printed nothing.${message === null ? "" : ` ${message}`}`;
}

function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 ** 2 ? `${Math.round(bytes / 1024)} KiB` : `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
