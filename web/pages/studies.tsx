import { query } from "../app/router.ts";
import { useTitle } from "../app/title.ts";
import { Link } from "../ui/link.tsx";
import { ErrorNote, Loaded } from "../ui/notes.tsx";
import { Capacity } from "./studies/capacity.tsx";
import { FilterBar } from "./studies/filter-bar.tsx";
import { NeedsYou } from "./studies/needs-you.tsx";
import { titleOf } from "./studies/progress.ts";
import { StudyList } from "./studies/study-list.tsx";
import { useHosts } from "./studies/use-hosts.ts";
import { isFiltered, useStudies } from "./studies/use-studies.ts";
import { WaysToStart } from "./studies/ways-to-start.tsx";

/** What is running, and what needs me? */
export default function StudiesPage() {
  const studies = useStudies();
  const hosts = useHosts();
  useTitle(titleOf(studies.data?.items ?? []));
  const nothingYet = studies.data?.items.length === 0 && !isFiltered() && query.value.get("cursor") === null;
  return (
    <>
      <div class="page-head">
        <h1 class="grow">Studies</h1>
        <Link to="/new" class="button">
          New study
        </Link>
      </div>
      <p class="question">What is running, and what needs me?</p>
      <div class="stack">
        <NeedsYou hosts={hosts} />
        {nothingYet ? (
          <WaysToStart />
        ) : (
          <section class="panel" aria-label="Studies">
            <FilterBar />
            {studies.error !== null && studies.data !== null ? <ErrorNote error={studies.error} /> : null}
            <Loaded resource={studies}>{(page) => <StudyList page={page} reload={studies.reload} />}</Loaded>
          </section>
        )}
        <Capacity hosts={hosts} />
      </div>
    </>
  );
}
