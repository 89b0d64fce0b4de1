import { useEffect, useRef } from "preact/hooks";
import type { StudyResource } from "../../../core/resources.ts";
import { ago, clock, duration, paramText, plural, short } from "../../app/format.ts";
import { Link } from "../../ui/link.tsx";
import { Sparkline } from "../../ui/sparkline.tsx";
import { StateChip } from "../../ui/state-chip.tsx";
import { bindingLimit } from "../../ui/study-head.tsx";
import { narrow } from "./filter-bar.tsx";
import { costText } from "./progress.ts";
import { studyAddress } from "./selection.ts";

interface StudyRowProps {
  study: StudyResource;
  selected: boolean;
  /** Where the keyboard is. */
  current: boolean;
  onSelect: () => void;
}

export function StudyRow({ study, selected, current, onSelect }: StudyRowProps) {
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (current) row.current?.scrollIntoView({ block: "nearest" });
  }, [current]);
  return (
    <tr
      ref={row}
      aria-selected={selected}
      style={current ? { boxShadow: "inset 3px 0 0 var(--focus)" } : undefined}
    >
      <td class="hide-small">
        <input type="checkbox" aria-label={`Select ${study.name}`} checked={selected} onChange={onSelect} />
      </td>
      <td>
        <StateChip state={study.state} reason={study.reason.text} />
      </td>
      <td>
        <div
          class="clip"
          style={{ maxWidth: "min(40ch, 24vw)" }}
          title={study.spec.description ?? study.name}
        >
          <Link to={studyAddress(study.name)}>{study.name}</Link>
        </div>
        {study.state === "running" ? null : (
          <div class="muted small clip hide-small" style={{ maxWidth: "44ch" }} title={study.reason.text}>
            {study.reason.text}
          </div>
        )}
      </td>
      <td>
        <Progress study={study} />
      </td>
      <td class="number">
        <Best study={study} />
      </td>
      <td class="hide-small">
        <Sparkline values={study.trend} label={`The last ${plural(study.trend.length, "improvement")}`} />
      </td>
      <td class="number hide-small" title={`${duration(study.used.wallSeconds)} since its creation`}>
        {costText(study)}
      </td>
      <td class="number hide-small" title={clock(study.createdAt)}>
        {ago(study.createdAt)}
      </td>
      <td class="hide-small">
        <Tags tags={study.spec.tags} />
      </td>
    </tr>
  );
}

/** Against the limit that binds, with what is under way and what failed. */
function Progress({ study }: { study: StudyResource }) {
  const limit = bindingLimit(study);
  const { running, failed } = study.counts;
  return (
    <div style={{ minWidth: 76 }}>
      {limit === null ? null : (
        <div class="bar" aria-hidden="true">
          <span style={{ width: `${Math.min(100, 100 * limit.share)}%` }} />
        </div>
      )}
      <span class="small">{limit?.text ?? plural(study.created, "trial")}</span>
      {running > 0 ? <span class="small muted"> · {running} running</span> : null}
      {failed > 0 ? <span class="small error"> · {failed} failed</span> : null}
    </div>
  );
}

function Best({ study: { best, spec } }: { study: StudyResource }) {
  if (spec.objectives.length > 1) return <span class="muted">{spec.objectives.length} objectives</span>;
  if (best === null) return <span class="muted">–</span>;
  const [value] = best.values;
  const params = Object.entries(best.params).map(([name, param]) => `${name} ${paramText(param)}`);
  return (
    <span title={`${value} in trial ${best.trial}: ${params.join(", ")}`}>
      <strong>{short(value)}</strong>
      <div class="small muted clip" style={{ maxWidth: "16ch", marginLeft: "auto" }}>
        {spec.objectives[0]!.metric}
      </div>
    </span>
  );
}

const SHOWN_TAGS = 3;

function Tags({ tags }: { tags: readonly string[] }) {
  return (
    <span class="row" style={{ gap: 4 }}>
      {tags.slice(0, SHOWN_TAGS).map((tag) => (
        <button
          key={tag}
          type="button"
          class="chip tag"
          title={`Only studies tagged ${tag}`}
          onClick={() => narrow({ tag })}
        >
          <span class="clip" style={{ maxWidth: "16ch" }}>
            {tag}
          </span>
        </button>
      ))}
      {tags.length > SHOWN_TAGS ? (
        <span class="muted small" title={tags.slice(SHOWN_TAGS).join(", ")}>
          +{tags.length - SHOWN_TAGS}
        </span>
      ) : null}
    </span>
  );
}
