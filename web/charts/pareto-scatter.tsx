import type { Goal } from "../../core/objective.ts";
import type { LeaderboardRow } from "../../core/resources.ts";
import { short } from "../app/format.ts";
import { Axes, areaOf, xOf, yOf } from "./frame.tsx";
import { HoverSvg } from "./hover-svg.tsx";
import { robustScale } from "./scale.ts";
import { useWidth } from "./use-width.ts";

interface ObjectiveAxis {
  metric: string;
  goal: Goal;
}

interface ParetoScatterProps {
  rows: readonly LeaderboardRow[];
  objectives: readonly [ObjectiveAxis, ObjectiveAxis];
  onPick: (trial: number) => void;
}

const HEIGHT = 290;

/** Trials by their first two objectives: the first front filled and joined, the others hollow. */
export function ParetoScatter({ rows, objectives: [first, second], onPick }: ParetoScatterProps) {
  const [element, width] = useWidth<HTMLDivElement>();
  const area = areaOf(width, HEIGHT);
  const points = rows.flatMap(({ trial, rank, feasible, values: [x, y] }) =>
    typeof x === "number" && typeof y === "number"
      ? [{ trial, front: rank === 1 && feasible, values: [x, y] }]
      : [],
  );
  const x = robustScale(points.map(({ values }) => values[0]!));
  const y = robustScale(points.map(({ values }) => values[1]!));
  const marks = points.map((point) => ({
    ...point,
    x: xOf(area, x, point.values[0]!),
    y: yOf(area, y, point.values[1]!),
  }));
  const front = marks.filter((mark) => mark.front).sort((a, b) => a.x - b.x);
  const clipped = x.above + x.below + y.above + y.below;
  return (
    <div ref={element} style={{ minHeight: HEIGHT }}>
      {width === 0 ? null : (
        <HoverSvg
          width={width}
          height={HEIGHT}
          marks={marks}
          onPick={({ trial }) => onPick(trial)}
          tip={({ trial, values, front: best }) => (
            <>
              <strong>Trial {trial}</strong>
              {best ? " on the front" : null}
              <div>{`${first.metric} ${short(values[0], 6)}, ${second.metric} ${short(values[1], 6)}`}</div>
            </>
          )}
        >
          <Axes area={area} x={x} y={y} xLabel={axisLabel(first)} yLabel={axisLabel(second)} />
          <polyline
            points={front.map((mark) => `${mark.x},${mark.y}`).join(" ")}
            fill="none"
            stroke="var(--accent)"
            stroke-dasharray="3 3"
          />
          {marks.map(({ trial, x: cx, y: cy, front: best }) => (
            <circle
              key={trial}
              cx={cx}
              cy={cy}
              r={best ? 4 : 3}
              fill={best ? "var(--accent)" : "none"}
              stroke={best ? "var(--accent)" : "var(--muted)"}
            />
          ))}
        </HoverSvg>
      )}
      <div class="row muted small">
        <span>
          <span style={{ color: "var(--accent)" }}>●</span> not beaten in both
        </span>
        <span>○ beaten</span>
        {clipped > 0 ? <span>{`${clipped} beyond an axis, drawn at its edge`}</span> : null}
      </div>
    </div>
  );
}

function axisLabel({ metric, goal }: ObjectiveAxis): string {
  return `${metric}, ${goal === "maximize" ? "higher" : "lower"} is better`;
}
