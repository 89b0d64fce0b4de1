import { useRef } from "preact/hooks";
import type { StudyResource } from "../../../core/resources.ts";
import { short } from "../../app/format.ts";
import { useShortcuts } from "../../app/keys.ts";
import { query, setQuery } from "../../app/router.ts";
import { Empty, Loaded } from "../../ui/notes.tsx";
import { StateChip } from "../../ui/state-chip.tsx";
import { useStudies } from "./read.ts";

/** More lines in one chart cannot be told apart. */
const MOST_STUDIES = 20;

/** Which studies are compared: all of them in a list, with a filter over names, tags and metrics. */
export function Picker({ chosen }: { chosen: readonly string[] }) {
  const studies = useStudies();
  const field = useRef<HTMLInputElement>(null);
  const filter = query.value.get("filter") ?? "";
  useShortcuts([{ key: "/", does: "filter the studies", run: () => field.current?.focus() }]);
  return (
    <details class="panel" open={chosen.length < 2}>
      <summary>
        <strong>Studies</strong> <span class="muted">{chosen.length} chosen</span>
      </summary>
      <div class="stack" style={{ marginTop: 10, gap: 8 }}>
        <div class="row">
          <label class="grow">
            <span class="visually-hidden">Filter studies by name, tag or metric</span>
            <input
              ref={field}
              class="grow"
              type="search"
              placeholder="Filter by name, tag or metric  ( / )"
              value={filter}
              onInput={(event) => setQuery({ filter: event.currentTarget.value })}
            />
          </label>
          {chosen.length === 0 ? null : (
            <button type="button" onClick={() => setQuery({ studies: null }, true)}>
              Choose none
            </button>
          )}
        </div>
        <Loaded resource={studies}>
          {(all) => (
            <Options studies={all.filter((study) => fits(study, filter))} chosen={chosen} of={all.length} />
          )}
        </Loaded>
      </div>
    </details>
  );
}

function fits({ name, spec }: StudyResource, filter: string): boolean {
  const text = [name, ...spec.tags, ...spec.objectives.map(({ metric }) => metric)].join(" ").toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

interface OptionsProps {
  studies: readonly StudyResource[];
  chosen: readonly string[];
  of: number;
}

function Options({ studies, chosen, of }: OptionsProps) {
  if (of === 0) return <Empty>There are no studies yet.</Empty>;
  if (studies.length === 0)
    return (
      <Empty>
        0 of {of} match.
        <button type="button" onClick={() => setQuery({ filter: null })}>
          Clear the filter
        </button>
      </Empty>
    );
  const toggle = (name: string) =>
    setQuery(
      {
        studies: (chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name]).join(
          ",",
        ),
      },
      true,
    );
  return (
    <div class="scroll" style={{ maxHeight: 260 }}>
      <table>
        <thead>
          <tr>
            <th>Study</th>
            <th>State</th>
            <th>Metric</th>
            <th class="number">Best</th>
            <th class="number">Trials</th>
            <th class="hide-small">Tags</th>
          </tr>
        </thead>
        <tbody>
          {studies.map(({ id, name, state, reason, spec, best, created }) => (
            <tr key={id} aria-selected={chosen.includes(name)}>
              <td>
                <label>
                  <input
                    type="checkbox"
                    checked={chosen.includes(name)}
                    disabled={chosen.length >= MOST_STUDIES && !chosen.includes(name)}
                    onChange={() => toggle(name)}
                  />
                  <span class="clip" title={name}>
                    {name}
                  </span>
                </label>
              </td>
              <td>
                <StateChip state={state} reason={reason.text} />
              </td>
              <td class="clip">{spec.objectives.map(({ metric }) => metric).join(", ")}</td>
              <td class="number">{short(best?.values[0])}</td>
              <td class="number">{created}</td>
              <td class="hide-small clip muted">{spec.tags.join(", ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
