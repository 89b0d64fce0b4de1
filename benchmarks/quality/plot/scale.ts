/** From values to pixels, with the values that are worth a label. */
export interface Scale {
  at(value: number): number;
  ticks: readonly { value: number; text: string }[];
}

type Range = readonly [from: number, to: number];

/** @param count about how many ticks. */
export function linearScale([low, high]: Range, [from, to]: Range, count = 5): Scale {
  const step = niceStep((high - low) / count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => {
    const value = Number(((first + index) * step).toPrecision(12));
    return { value, text: value.toLocaleString("en-US") };
  });
  return { at: (value) => from + ((value - low) / (high - low)) * (to - from), ticks };
}

/** Ticks at powers of ten, where these are few also at twice and five times them. Values below the domain lie at its end. */
export function logScale([low, high]: Range, [from, to]: Range): Scale {
  const span = Math.log(high / low);
  const at = (value: number) => from + (Math.log(Math.max(value, low) / low) / span) * (to - from);
  const factors = high / low < 500 ? [1, 2, 5] : [1];
  const ticks: { value: number; text: string }[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const factor of factors) {
      const value = Number((factor * 10 ** power).toPrecision(12));
      if (value >= low * 0.999 && value <= high * 1.001) ticks.push({ value, text: decimalText(value) });
    }
  }
  return { at, ticks };
}

function decimalText(value: number): string {
  return value >= 1 ? value.toLocaleString("en-US") : value >= 1e-4 ? String(value) : value.toExponential(0);
}

/** 1, 2 or 5 times a power of ten, at least `step`. */
function niceStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return (([1, 2, 5, 10] as const).find((factor) => factor * power >= step * 0.999) ?? 10) * power;
}
