import { useState } from "preact/hooks";
import type { Page, StudyResource } from "../../../core/resources.ts";
import { useShortcuts } from "../../app/keys.ts";
import { go, query, querySet, setQuery } from "../../app/router.ts";
import { Empty } from "../../ui/notes.tsx";
import { BulkBar } from "./bulk-bar.tsx";
import { narrow } from "./filter-bar.tsx";
import { compareAddress, studyAddress, toggled } from "./selection.ts";
import { StudyRow } from "./study-row.tsx";

interface StudyListProps {
  page: Page<StudyResource>;
  reload: () => void;
}

/** The studies as a table: j/k move, x selects, c compares, Enter opens. */
export function StudyList({ page: { items, nextCursor }, reload }: StudyListProps) {
  const selected = querySet("selected");
  const [current, setCurrent] = useState<string | null>(null);
  const move = (by: number) => {
    const at = items.findIndex(({ name }) => name === current);
    const next = items[Math.min(items.length - 1, Math.max(0, at + by))];
    setCurrent(next?.name ?? null);
  };
  const onCurrent = (act: (name: string) => void) => () => {
    if (current !== null) act(current);
  };
  const toggle = (name: string) => setQuery({ selected: toggled(selected, name) });
  useShortcuts([
    { key: "j", does: "next study", run: () => move(1) },
    { key: "k", does: "study before", run: () => move(-1) },
    { key: "x", does: "select the study", run: onCurrent(toggle) },
    { key: "Enter", does: "open the study", run: onCurrent((name) => go(studyAddress(name))) },
    {
      key: "c",
      does: "compare the selected studies",
      run: () => {
        if (selected.size > 1) go(compareAddress(selected));
      },
    },
  ]);
  if (items.length === 0) return <NoneMatches />;
  return (
    <>
      <BulkBar studies={items.filter(({ name }) => selected.has(name))} onDone={reload} />
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th class="hide-small">
                <input
                  type="checkbox"
                  aria-label="Select every study of this page"
                  checked={items.every(({ name }) => selected.has(name))}
                  onChange={({ currentTarget }) =>
                    setQuery({
                      selected: currentTarget.checked ? items.map(({ name }) => name).join(",") : null,
                    })
                  }
                />
              </th>
              <th>State</th>
              <th>Study</th>
              <th>Progress</th>
              <th class="number">Best</th>
              <th class="hide-small">Improvements</th>
              <th class="number hide-small">Cost</th>
              <th class="number hide-small">Age</th>
              <th class="hide-small">Tags</th>
            </tr>
          </thead>
          <tbody>
            {items.map((study) => (
              <StudyRow
                key={study.id}
                study={study}
                selected={selected.has(study.name)}
                current={study.name === current}
                onSelect={() => toggle(study.name)}
              />
            ))}
          </tbody>
        </table>
      </div>
      <Paging nextCursor={nextCursor} />
    </>
  );
}

function Paging({ nextCursor }: { nextCursor: string | null }) {
  const later = query.value.has("cursor");
  if (!later && nextCursor === null) return null;
  return (
    <div class="row no-print" style={{ marginTop: 8 }}>
      {later ? (
        <button type="button" onClick={() => setQuery({ cursor: null }, true)}>
          Newest
        </button>
      ) : null}
      {nextCursor === null ? null : (
        <button type="button" onClick={() => setQuery({ cursor: nextCursor }, true)}>
          Older
        </button>
      )}
    </div>
  );
}

function NoneMatches() {
  return (
    <Empty>
      <p style={{ margin: 0 }}>No study matches.</p>
      <button type="button" onClick={() => narrow({ filter: null, state: null, tag: null })}>
        Clear the filter
      </button>
    </Empty>
  );
}
