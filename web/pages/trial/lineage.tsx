import { lineageOf } from "../../../core/lineage.ts";
import type { TrialDetail } from "../../../core/resources.ts";
import { useResource } from "../../app/resource.ts";
import { project } from "../../app/router.ts";
import { Link } from "../../ui/link.tsx";
import { readTrial, trialPage } from "./data.ts";

/** Ancestors that are looked up, at most. */
const GENERATIONS = 12;

/** From whose checkpoint it started, back to the first. */
export function LineageLine({ name, trial }: { name: string; trial: TrialDetail }) {
  const ancestors = useResource(`${project.value}/${name}/${trial.number}/${trial.parent}`, async () => {
    const family: TrialDetail[] = [trial];
    for (let parent = trial.parent; parent !== null && family.length <= GENERATIONS; ) {
      const next = await readTrial(name, parent);
      family.push(next);
      parent = next.parent;
    }
    return { line: lineageOf(family, trial.number), more: family.at(-1)!.parent !== null };
  });
  if (trial.parent === null || ancestors.data === null) return null;
  const { line, more } = ancestors.data;
  return (
    <div class="row small">
      <span class="muted">Started from the checkpoint of</span>
      {line.slice(1).map((number, index) => (
        <span key={number}>
          {index === 0 ? "" : "← "}
          <Link to={trialPage(name, number)}>trial {number}</Link>
        </span>
      ))}
      {more ? <span class="muted">← …</span> : null}
    </div>
  );
}
