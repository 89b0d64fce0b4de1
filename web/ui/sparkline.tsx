/** A small line of values, oldest first; nothing for fewer than two. */
export function Sparkline({
  values,
  label,
  width = 88,
  height = 22,
}: {
  values: readonly number[];
  label: string;
  width?: number;
  height?: number;
}) {
  const finite = values.filter(Number.isFinite);
  if (finite.length < 2) return <span class="muted">–</span>;
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const x = (index: number) => 1 + (index / (finite.length - 1)) * (width - 4);
  const y = (value: number) => height - 3 - ((value - low) / (high - low || 1)) * (height - 6);
  const points = finite.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  return (
    <svg width={width} height={height} role="img" aria-label={label}>
      <polyline points={points} fill="none" stroke="var(--accent)" stroke-width="1.5" />
      <circle cx={x(finite.length - 1)} cy={y(finite.at(-1)!)} r="2.2" fill="var(--accent)" />
    </svg>
  );
}
