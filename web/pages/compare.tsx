import { project, query } from "../app/router.ts";
import { Empty, Loaded } from "../ui/notes.tsx";
import { Comparison } from "./compare/comparison.tsx";
import { Picker } from "./compare/picker.tsx";
import { useRuns } from "./compare/read.ts";

/** Studies side by side, at the same budget. */
export default function ComparePage() {
  const names = (query.value.get("studies") ?? "").split(",").filter((name) => name !== "");
  return (
    <>
      <div class="page-head">
        <h1>Compare studies</h1>
      </div>
      <p class="question">Which is ahead at the same budget, and what was different?</p>
      <div class="stack">
        <Picker chosen={names} />
        {names.length === 0 ? (
          <Empty>Choose two or more studies.</Empty>
        ) : (
          <Chosen key={`${project.value} ${names.join(",")}`} names={names} />
        )}
      </div>
    </>
  );
}

function Chosen({ names }: { names: readonly string[] }) {
  const runs = useRuns(names);
  return <Loaded resource={runs}>{(loaded) => <Comparison runs={loaded} />}</Loaded>;
}
