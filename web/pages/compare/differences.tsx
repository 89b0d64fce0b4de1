import type { ComponentChildren } from "preact";
import { query, setQuery } from "../../app/router.ts";
import type { Run } from "./read.ts";

/** In every study another, and no setting of the search. */
const IGNORED = new Set(["name", "description", "tags", "seed", "command", "workingDirectory"]);
const MOST_ROWS = 100;

/** The settings in which the studies differ, one a row. */
export function Differences({ runs }: { runs: readonly Run[] }) {
  const all = query.value.get("seeds") === "1";
  const settings = runs.map(({ study }) => settingsOf(study.spec));
  const paths = [...new Set(settings.flatMap((each) => [...each.keys()]))];
  const differing = paths.filter(
    (path) =>
      (all || !IGNORED.has(path.split(/[.[]/)[0]!)) &&
      new Set(settings.map((each) => each.get(path) ?? "")).size > 1,
  );
  return (
    <section class="panel" aria-label="Settings that differ">
      <header>
        <h2>Settings that differ</h2>
        <label class="small">
          <input type="checkbox" checked={all} onChange={() => setQuery({ seeds: all ? null : "1" }, true)} />
          names, seeds and commands too
        </label>
      </header>
      {differing.length === 0 ? (
        <p class="muted" style={{ margin: 0 }}>
          {runs.length < 2 ? "There is nothing to compare with yet." : "None."}
        </p>
      ) : (
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th>Setting</th>
                {runs.map(({ study }) => (
                  <th key={study.id}>{study.name}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {differing.slice(0, MOST_ROWS).map((path) => (
                <tr key={path}>
                  <th scope="row" class="mono" style={{ whiteSpace: "normal" }}>
                    {brokenAtDots(path)}
                  </th>
                  {settings.map((each, index) => (
                    <td key={runs[index]!.study.id} class="clip" title={each.get(path)}>
                      {each.get(path) ?? <span class="muted">–</span>}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {differing.length > MOST_ROWS ? (
        <p class="muted">{differing.length - MOST_ROWS} more settings differ.</p>
      ) : null}
    </section>
  );
}

/** A long name may go on in the next line after each of its parts. */
function brokenAtDots(path: string): ComponentChildren {
  return path.split(".").map((part, index) => (index === 0 ? part : [<wbr key={index} />, `.${part}`]));
}

/** A specification as places and values: "budget.maxTrials" → "40". Named items by their name, lists of plain values whole. */
export function settingsOf(spec: unknown): Map<string, string> {
  const settings = new Map<string, string>();
  collect(spec, "", settings);
  return settings;
}

function collect(value: unknown, path: string, into: Map<string, string>): void {
  if (Array.isArray(value) && value.some(isObject)) {
    for (const [index, item] of value.entries()) collect(item, `${path}[${nameOf(item) ?? index}]`, into);
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value))
      collect(item, path === "" ? key : `${path}.${key}`, into);
  } else if (value !== undefined) into.set(path, typeof value === "string" ? value : JSON.stringify(value));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function nameOf(item: unknown): string | null {
  if (!isObject(item)) return null;
  const name = item.name ?? item.metric;
  return typeof name === "string" ? name : null;
}
