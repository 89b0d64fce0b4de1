import { useEffect, useRef, useState } from "preact/hooks";
import { useShortcuts } from "../../app/keys.ts";
import { query, setQuery } from "../../app/router.ts";
import { isFiltered, STUDY_STATES } from "./use-studies.ts";

/** Filter, state and tag of the list, all in the address. */
export function FilterBar() {
  const field = useRef<HTMLInputElement>(null);
  useShortcuts([{ key: "/", does: "filter the studies", run: () => field.current?.focus() }]);
  return (
    <div class="row no-print" style={{ marginBottom: 8 }}>
      <FilterField field={field} />
      <label>
        State
        <select
          value={query.value.get("state") ?? ""}
          onChange={(event) => narrow({ state: event.currentTarget.value })}
        >
          <option value="">any</option>
          {STUDY_STATES.map((state) => (
            <option key={state} value={state}>
              {state}
            </option>
          ))}
        </select>
      </label>
      <TagFilter />
      {isFiltered() ? (
        <button type="button" class="link" onClick={() => narrow({ filter: null, state: null, tag: null })}>
          Clear the filter
        </button>
      ) : null}
    </div>
  );
}

/** Another choice begins at the first page, with nothing selected. */
export function narrow(changes: Readonly<Record<string, string | null>>): void {
  setQuery({ ...changes, cursor: null, selected: null }, true);
}

function FilterField({ field }: { field: { current: HTMLInputElement | null } }) {
  const inAddress = query.value.get("filter") ?? "";
  const [text, setText] = useState(inAddress);
  useEffect(() => setText(inAddress), [inAddress]);
  const apply = () => {
    if (text.trim() !== inAddress) narrow({ filter: text.trim() });
  };
  const onSubmit = (event: Event) => {
    event.preventDefault();
    apply();
  };
  return (
    <form class="grow" style={{ minWidth: "min(100%, 240px)" }} onSubmit={onSubmit}>
      <input
        ref={field}
        type="search"
        aria-label="Filter the studies"
        title='A part of a name, or as in: state = running AND tags:"cifar" AND created > 100'
        placeholder="/ name, or state = running AND created > 100"
        style={{ width: "100%" }}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onBlur={apply}
      />
    </form>
  );
}

function TagFilter() {
  const tag = query.value.get("tag");
  if (tag === null) return null;
  return (
    <button type="button" title="Show every tag" onClick={() => narrow({ tag: null })}>
      <span class="clip">#{tag}</span> ✕
    </button>
  );
}
