import type { PreviewedTrial } from "../../../core/charts.ts";
import { paramText } from "../../app/format.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { shellText } from "../../ui/shell-words.ts";

/** Three trials exactly as they would run, one chip an argument. */
export function Commands({ samples }: { samples: readonly PreviewedTrial[] }) {
  if (samples.length === 0) return <p class="muted">No point of the space satisfies its constraints.</p>;
  return (
    <ol class="stack" style={{ gap: 8, paddingLeft: 0, margin: 0, listStyle: "none" }}>
      {samples.map((sample, index) => (
        <li key={index} class="row" style={{ alignItems: "start" }}>
          <div class="row grow" style={{ gap: 4 }}>
            {wordsOf(sample).map((word, at) => (
              <code key={at} style={CHIP}>
                {word === "" ? " " : word}
              </code>
            ))}
          </div>
          <CopyButton
            text={sample.argv.length > 0 ? shellText(sample.argv) : JSON.stringify(sample.params)}
          />
        </li>
      ))}
    </ol>
  );
}

const CHIP = {
  border: "1px solid var(--line)",
  background: "var(--sunken)",
  borderRadius: 5,
  padding: "1px 6px",
  whiteSpace: "pre-wrap",
  overflowWrap: "anywhere",
  minWidth: 0,
};

/** Without a command: the parameters that a worker would be given. */
function wordsOf({ argv, params }: PreviewedTrial): readonly string[] {
  if (argv.length > 0) return argv;
  return Object.entries(params).map(([name, value]) => `${name} = ${paramText(value)}`);
}
