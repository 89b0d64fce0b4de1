import { Commands } from "./commands.tsx";
import { Priors } from "./priors.tsx";
import type { Preview } from "./use-check.ts";

interface PreviewPanelsProps {
  preview: Preview;
  /** The text has changed since, or has errors now. */
  stale: boolean;
}

/** What the study would do: its first commands, its priors, and why it searches as it does. */
export function PreviewPanels({ preview, stale }: PreviewPanelsProps) {
  return (
    <div class="stack" style={{ opacity: stale ? 0.55 : 1 }} aria-busy={stale}>
      <section class="panel" aria-label="Commands">
        <header>
          <h2>
            {preview.spec.command === undefined
              ? "Three trials, drawn at random"
              : "Three trials, exactly as they will run"}
          </h2>
        </header>
        <Commands samples={preview.samples} />
      </section>
      <Priors priors={preview.priors} spec={preview.spec} />
      {preview.explanation === null ? null : (
        <section class="panel" aria-label="The algorithm">
          <header>
            <h2>How it will search</h2>
          </header>
          <p style={{ margin: 0, whiteSpace: "pre-line", overflowWrap: "anywhere" }}>{preview.explanation}</p>
        </section>
      )}
    </div>
  );
}
