import { useMemo, useState } from "preact/hooks";
import type {
  Leaderboard as LeaderboardResource,
  StudyResource,
  TrialResource,
} from "../../../core/resources.ts";
import { plural } from "../../app/format.ts";
import { type Resource, useResource } from "../../app/resource.ts";
import { project, setQuery } from "../../app/router.ts";
import { Link } from "../../ui/link.tsx";
import { Empty, ErrorNote } from "../../ui/notes.tsx";
import { useBoard } from "./board-data.ts";
import { type BoardQuery, boardQuery, serverOrder } from "./board-query.ts";
import { BoardTable } from "./board-table.tsx";
import { ColumnMenu, ExportMenu, FilterBox } from "./board-tools.tsx";
import { type CellContext, type Column, columnsOf, defaultColumns } from "./columns.tsx";
import { growthOf } from "./growth.ts";
import { type Rank, ranksOf, ranksOfLeaderboard } from "./ranks.ts";
import { PAGE_SIZE, readSparks, readTrial, type TrialsQuery } from "./read.ts";
import { useSettled } from "./use-settled.ts";

interface LeaderboardProps {
  study: StudyResource;
  /** The server's ranking of the best, where the list alone does not tell. */
  ranking: Resource<LeaderboardResource | null>;
}

const NONE: readonly TrialResource[] = [];

/** The trials, best first: filtered, sorted, compared with a baseline, page by page. */
export function Leaderboard({ study, ranking }: LeaderboardProps) {
  const query = boardQuery();
  const several = study.spec.objectives.length > 1;
  const byRank = several && query.sort === null && query.filter === "";
  const board = useBoard(
    study.name,
    trialsQuery(query, byRank, ranking.data),
    study.spec.objectives[0]!.goal,
  );
  const [over, setOver] = useState(false);

  const loaded = board.trials ?? NONE;
  const ranks = useRanks(study, query, loaded, ranking.data);
  const curves = useSparks(study, loaded.length > 0);
  const base = usePinned(study.name, query.pin, loaded);
  const { name, spec } = study;
  const context: CellContext = useMemo(
    () => ({ study: { name, spec }, ranks, curves, base }),
    [name, spec, ranks, curves, base],
  );
  const columns = useMemo(() => columnsOf(spec), [spec]);
  const sort = byRank ? "rank" : query.sort;
  const sorted = useMemo(() => sortHere(loaded, columns, sort, context), [loaded, columns, sort, context]);
  const settled = useSettled(sorted, over, [board.version, sort, query.pin].join("\n"));
  const shown = query.columns ?? defaultColumns(spec, settled.rows, query.constant);
  const visible = useMemo(
    () => columns.filter(({ id }) => id === "trial" || shown.includes(id)),
    [columns, shown.join()],
  );
  const compareAddress = `/studies/${encodeURIComponent(study.name)}/compare?${compareQuery(query)}`;
  return (
    <section
      class="panel"
      aria-label="Leaderboard"
      onPointerEnter={({ pointerType }) => setOver(pointerType === "mouse")}
      onPointerLeave={() => setOver(false)}
    >
      <header>
        <h2>Leaderboard</h2>
        {settled.waiting === 0 ? null : (
          <button type="button" class="chip pill" onClick={() => setOver(false)}>
            {settled.waiting} new
          </button>
        )}
        <Link to={compareAddress} class="button" title="c">
          {`Compare (${query.selected.size})`}
        </Link>
        <ColumnMenu study={study} query={query} shown={shown} />
        <ExportMenu study={study.name} />
      </header>
      <FilterBox filter={query.filter} error={query.filter === "" ? null : board.error} />
      {board.error !== null && query.filter === "" ? <ErrorNote error={board.error} /> : null}
      {board.trials === null && board.error === null ? <Empty>Loading …</Empty> : null}
      {board.trials !== null && settled.rows.length === 0 ? <NoRows study={study} query={query} /> : null}
      {settled.rows.length === 0 ? null : (
        <BoardTable
          trials={settled.rows}
          columns={visible}
          context={context}
          query={query}
          compareAddress={compareAddress}
        />
      )}
      <footer class="row muted small board-foot">
        <span class="grow">
          {board.trials === null ? null : footText(study, settled.rows.length, byRank)}
        </span>
        {board.more === null ? null : (
          <button type="button" onClick={board.more}>
            {PAGE_SIZE} more
          </button>
        )}
      </footer>
    </section>
  );
}

/** Several objectives: those that the ranking holds, for the server's lists know no fronts. */
function trialsQuery(query: BoardQuery, byRank: boolean, ranking: LeaderboardResource | null): TrialsQuery {
  const numbers = byRank ? (ranking?.rows ?? []).slice(0, PAGE_SIZE).map(({ trial }) => trial) : [];
  if (numbers.length > 0) return { filter: `number IN (${numbers.join(", ")})`, order: "value" };
  return { filter: query.filter, order: serverOrder(query.sort) };
}

function useRanks(
  { spec }: StudyResource,
  { filter, sort }: BoardQuery,
  loaded: readonly TrialResource[],
  ranking: LeaderboardResource | null,
): ReadonlyMap<number, Rank> {
  const ofList = spec.objectives.length === 1 && filter === "" && serverOrder(sort) === "value";
  return useMemo(
    () => (ofList ? ranksOf(loaded) : ranksOfLeaderboard(ranking?.rows ?? [], spec.objectives.length)),
    [ofList, loaded, ranking, spec],
  );
}

/** Curves of the best and the latest. */
function useSparks(study: StudyResource, wanted: boolean): CellContext["curves"] {
  const key = [project.value, study.name, wanted, growthOf(study)].join("\n");
  const { data } = useResource(key, async () => (wanted ? (await readSparks(study.name)).series : []));
  return useMemo(
    () =>
      new Map(
        (data ?? []).map(({ trial, points }) => [
          trial,
          { values: points.flatMap(([, value]) => value ?? []), lastStep: points.at(-1)?.[0] ?? 0 },
        ]),
      ),
    [data],
  );
}

/** The baseline, read by itself where it is not among the rows. */
function usePinned(
  study: string,
  pin: number | null,
  loaded: readonly TrialResource[],
): TrialResource | null {
  const { data } = useResource(
    [project.value, study, pin].join("\n"),
    () => (pin === null ? Promise.resolve(null) : readTrial(study, pin)),
    (event) => event.study === study && event.trial === pin && event.type === "trial.finished",
  );
  if (pin === null) return null;
  return loaded.find(({ number }) => number === pin) ?? (data?.number === pin ? data : null);
}

/** By a column that the server does not sort by: the rows at hand, those without a value last. */
function sortHere(
  trials: readonly TrialResource[],
  columns: readonly Column[],
  sort: string | null,
  context: CellContext,
): readonly TrialResource[] {
  const id = sort?.replace(/^-/, "");
  const column = columns.find((candidate) => candidate.id === id);
  if (sort === null || column === undefined) return trials;
  const sign = sort.startsWith("-") ? -1 : 1;
  return trials.toSorted((a, b) => {
    const [left, right] = [column.value(a, context), column.value(b, context)];
    const [noLeft, noRight] = [left === undefined || left === null, right === undefined || right === null];
    if (noLeft || noRight) return Number(noLeft) - Number(noRight);
    if (typeof left === "number" && typeof right === "number") return sign * (left - right);
    return sign * String(left).localeCompare(String(right), undefined, { numeric: true });
  });
}

function compareQuery({ selected, pin }: BoardQuery): string {
  const numbers = pin === null ? selected : new Set([pin, ...selected]);
  const query = new URLSearchParams();
  if (numbers.size > 0) query.set("sel", [...numbers].join(","));
  if (pin !== null) query.set("base", String(pin));
  return query.toString();
}

function NoRows({ study, query }: { study: StudyResource; query: BoardQuery }) {
  if (query.filter === "") return <Empty>No trials yet.</Empty>;
  return (
    <Empty>
      <span>
        0 of {study.created} match.{" "}
        <button type="button" class="link" onClick={() => setQuery({ filter: null }, true)}>
          Clear filter
        </button>
      </span>
    </Empty>
  );
}

function footText({ created }: StudyResource, shown: number, byRank: boolean): string {
  const text = `${shown} of ${plural(created, "trial")} shown.`;
  return byRank ? `${text} Those of the first fronts; sort by a column for the others.` : text;
}
