/** Decimal arithmetic on doubles, so that 0.1 + 2 * 0.1 is 0.3 and not 0.30000000000000004. */

/** Decimal exponent of a finite x != 0: 3 for 1000, -1 for 0.5. Exact, where floor(log10(x)) is not. */
export function decimalExponent(x: number): number {
  return Number(x.toExponential().split("e")[1]);
}

/** Digits after the decimal point in the shortest decimal that reads back as the finite x: 1 for 0.3, 7 for 1e-7. */
export function decimalPlaces(x: number): number {
  const [mantissa = "", exponent = "0"] = x.toExponential().split("e");
  const digits = mantissa.split(".")[1]?.length ?? 0;
  return Math.max(0, digits - Number(exponent));
}

/** The finite x rounded to `places` digits after the decimal point; negative `places` round to tens, hundreds, … */
export function roundToPlaces(x: number, places: number): number {
  if (x === 0) return 0;
  const digits = decimalExponent(x) + 1 + places;
  if (digits < 0) return 0;
  if (digits === 0) {
    const unit = Number(`1e${-places}`);
    return Math.abs(x) < unit / 2 ? 0 : Math.sign(x) * unit;
  }
  return digits >= 17 ? x : Number(x.toPrecision(digits));
}
