/** One instance of a BBOB function on [-5, 5]^d. */
export interface BbobFunction {
  /** f(x) - f_opt, at least 0 up to rounding. The penalties that BBOB has outside the domain are left out. */
  excess(x: Float64Array): number;
  /** A place where the excess is 0. */
  optimum: Float64Array;
}

/** `d` >= 2. `seed`: the function's own seed + 10,000 times the instance. */
export type Create = (d: number, seed: number) => BbobFunction;
