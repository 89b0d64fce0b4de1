import { useEffect, useRef, useState } from "preact/hooks";
import type { StudyResource } from "../../../core/resources.ts";
import { api, call } from "../../api/client.ts";
import type { ProblemError } from "../../api/problem.ts";
import { useShortcuts } from "../../app/keys.ts";
import { project, setQuery } from "../../app/router.ts";
import { ErrorNote } from "../../ui/notes.tsx";
import type { BoardQuery } from "./board-query.ts";
import { type Column, columnsOf } from "./columns.tsx";

/** The filter in the API's own language: what works here works in `fettle trial ls --filter`. */
export function FilterBox({ filter, error }: { filter: string; error: ProblemError | null }) {
  const input = useRef<HTMLInputElement>(null);
  useShortcuts([{ key: "/", does: "filter the leaderboard", run: () => input.current?.focus() }]);
  const apply = (text: string) => {
    if (text.trim() !== filter) setQuery({ filter: text.trim() }, true);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    apply(input.current?.value ?? "");
    input.current?.blur();
  };
  const [field] = error?.errors ?? [];
  return (
    <form class="filter" onSubmit={submit}>
      <input
        // Made anew when the filter comes from elsewhere, such as the back button.
        key={filter}
        ref={input}
        type="search"
        aria-label="Filter of the trials"
        aria-invalid={error !== null}
        aria-describedby="filter-error"
        placeholder="/ filter: state = completed AND params.lr < 1e-3"
        defaultValue={filter}
        spellcheck={false}
        onBlur={(event) => apply(event.currentTarget.value)}
        onSearch={(event: Event) => apply((event.currentTarget as HTMLInputElement).value)}
      />
      {error === null ? null : (
        <div id="filter-error" class="note bad" role="alert">
          {field?.message ?? error.message}
          {field?.hint === undefined ? null : <div class="muted">{field.hint}</div>}
        </div>
      )}
    </form>
  );
}

interface ColumnMenuProps {
  study: StudyResource;
  query: BoardQuery;
  shown: readonly string[];
}

/** Which columns are shown, and whether they are shaded. */
export function ColumnMenu({ study, query, shown }: ColumnMenuProps) {
  const all = columnsOf(study.spec);
  const toggle = ({ id }: Column) => {
    const next = all.map((column) => column.id).filter((other) => shown.includes(other) !== (other === id));
    setQuery({ columns: next.join(",") });
  };
  const menu = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event) => {
      const outside =
        event instanceof KeyboardEvent ? event.key === "Escape" : !isWithin(menu.current, event.target);
      if (outside && menu.current !== null) menu.current.open = false;
    };
    window.addEventListener("pointerdown", close);
    window.addEventListener("keydown", close);
    return () => {
      window.removeEventListener("pointerdown", close);
      window.removeEventListener("keydown", close);
    };
  }, []);
  return (
    <details class="menu" ref={menu}>
      <summary class="button">Columns</summary>
      <div class="panel stack">
        <label>
          <input
            type="checkbox"
            checked={query.heat}
            onChange={() => setQuery({ heat: query.heat ? null : "1" })}
          />
          Shade by value
        </label>
        <label>
          <input
            type="checkbox"
            checked={query.constant}
            disabled={query.columns !== null}
            onChange={() => setQuery({ constant: query.constant ? null : "1" })}
          />
          Also parameters that do not differ
        </label>
        <fieldset class="scroll">
          <legend class="visually-hidden">Columns</legend>
          {all.map((column) => (
            <label key={column.id}>
              <input
                type="checkbox"
                checked={shown.includes(column.id)}
                disabled={column.id === "trial"}
                onChange={() => toggle(column)}
              />
              <span class="clip">{column.id === "rank" ? "Rank" : column.title}</span>
            </label>
          ))}
        </fieldset>
        {query.columns === null ? null : (
          <button type="button" onClick={() => setQuery({ columns: null })}>
            As before
          </button>
        )}
      </div>
    </details>
  );
}

function isWithin(element: HTMLElement | null, target: EventTarget | null): boolean {
  return target instanceof Node && element?.contains(target) === true;
}

/** All trials as a file, whatever is shown. */
export function ExportMenu({ study }: { study: string }) {
  const [underWay, setUnderWay] = useState(false);
  const [error, setError] = useState<ProblemError | null>(null);
  const save = async (format: "csv" | "jsonl") => {
    setUnderWay(true);
    setError(null);
    try {
      const params = { path: { project: project.value, study }, query: { format } };
      const blob = await call(() =>
        api.GET("/v1/projects/{project}/studies/{study}/export", { params, parseAs: "blob" }),
      );
      download(blob as Blob, `${study}.${format}`);
    } catch (problem) {
      setError(problem as ProblemError);
    } finally {
      setUnderWay(false);
    }
  };
  return (
    <>
      <button type="button" class="hide-small" disabled={underWay} onClick={() => void save("csv")}>
        CSV
      </button>
      <button type="button" class="hide-small" disabled={underWay} onClick={() => void save("jsonl")}>
        JSON lines
      </button>
      {error === null ? null : <ErrorNote error={error} />}
    </>
  );
}

function download(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
