import { effect, untracked } from "@preact/signals";
import { render } from "preact";
import { Suspense } from "preact/compat";
import { askAhead } from "./api/ahead.ts";
import { startLive } from "./api/live.ts";
import { listenForKeys } from "./app/keys.ts";
import { pages } from "./app/pages.ts";
import { matchPath, path } from "./app/router.ts";
import { Shell } from "./app/shell.tsx";
import "./app/theme.css";
import "./app/theme.ts";
import { Link } from "./ui/link.tsx";
import { Empty } from "./ui/notes.tsx";

const patterns = Object.fromEntries(Object.entries(pages).map(([name, { pattern }]) => [name, pattern]));

function App() {
  const match = matchPath(patterns, path.value);
  if (match === null) {
    return (
      <Shell>
        <Empty>
          <p>No page has this address.</p>
          <Link to="/">All studies</Link>
        </Empty>
      </Shell>
    );
  }
  const Page = pages[match.page]!.component;
  return (
    <Shell>
      <Suspense fallback={<Empty>Loading …</Empty>}>
        <Page key={`${match.page} ${Object.values(match.params).join(" ")}`} {...match.params} />
      </Suspense>
    </Shell>
  );
}

/** What a page reads first is on its way before its code is. */
function readAhead(): void {
  const match = matchPath(patterns, path.value);
  untracked(() => askAhead(match === null ? [] : (pages[match.page]!.reads?.(match.params) ?? [])));
}

startLive();
listenForKeys();
effect(readAhead);
render(<App />, document.getElementById("app")!);
