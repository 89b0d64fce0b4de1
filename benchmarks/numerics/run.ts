import { execFileSync } from "node:child_process";
import { studyRng } from "../../core/rng.ts";
import { createPosterior, type GpData, logMarginalLikelihood } from "../../math/gp/model.ts";
import { newReport, printReport, quantile, type Report, writeReport } from "../report.ts";
import { peerPython } from "../service/peers.ts";

/**
 * The dense numerics of Gaussian processes against NumPy and SciPy on OpenBLAS, one thread each.
 * `npm run bench:numerics` (`-- --quick`: fewer repeats, nothing written). Times are processor time of the process that
 * does the work, medians, in rounds that take turns, so that other work on the machine hits both alike.
 */

const root = new URL("../..", import.meta.url).pathname;
const quick = process.argv.includes("--quick");
const rounds = quick ? 1 : 5;
const DIMENSIONS = 20;
const CANDIDATES = 2048;

interface Task {
  n: number;
  d: number;
  x: number[];
  y: number[];
  theta: number[];
  candidates: number[];
  repeats: number;
}

/** The form of benchmarks/peers/numpy/likelihood.py. */
interface Measured {
  value: number;
  gradient: number[];
  mean: number;
  variance: number;
  likelihood_ms: number[];
  predict_ms: number[];
  gradient_ms?: number[];
  versions?: Record<string, string>;
}

function main(): void {
  const report = newReport("npm run bench:numerics", new Date(), { node: process.version });
  for (const n of [100, 200, 500, 1000]) compare(report, taskOf(n));
  printReport(report);
  if (!quick) writeReport(`${root}benchmarks/results`, "numerics", report);
  process.exitCode = report.targets.every(({ met }) => met) ? 0 : 1;
}

function taskOf(n: number): Task {
  const rng = studyRng(n, "numerics");
  const uniform = (length: number) => Array.from({ length }, rng);
  const theta = [...uniform(DIMENSIONS).map((u) => 2 * u - 2), 0.1, Math.log(0.01)];
  const repeats = Math.max(5, Math.round(10_000 / n));
  return {
    ...{ n, d: DIMENSIONS, x: uniform(n * DIMENSIONS), y: uniform(n).map((u) => 2 * u - 1), theta, repeats },
    candidates: uniform(CANDIDATES * DIMENSIONS),
  };
}

function compare(report: Report, task: Task): void {
  const ours: Measured[] = [];
  const theirs: Measured[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(measureKernel(task));
    theirs.push(measureNumpy(task));
  }
  checkSame(ours[0]!, theirs[0]!);
  Object.assign(report.versions, theirs[0]!.versions);
  const size = `n = ${task.n}, d = ${task.d}`;
  const likelihood = [ours, theirs].map((runs) => median(runs.flatMap((run) => run.likelihood_ms)));
  add(report, `likelihood + gradient, ${size}`, likelihood, 1.3);
  const predictions = [ours, theirs].map((runs) => median(runs.flatMap((run) => run.predict_ms)));
  add(report, `mean and variance of ${CANDIDATES} candidates, ${size}`, predictions, 2);
  const one = median(ours.flatMap((run) => run.gradient_ms ?? []));
  report.targets.push({
    what: `mean, variance and their gradients at one point, ${size}`,
    target: "<= 2 ms",
    measured: `${one.toPrecision(3)} ms`,
    met: one <= 2,
  });
}

function add(report: Report, what: string, [ours = 0, theirs = 0]: number[], most: number): void {
  const ratio = ours / theirs;
  report.targets.push({
    what,
    target: `<= ${most} x NumPy`,
    measured: `${ours.toPrecision(3)} ms against ${theirs.toPrecision(3)} ms: ${ratio.toFixed(2)} x`,
    met: ratio <= most,
  });
}

function measureKernel({ n, d, x, y, theta, candidates, repeats }: Task): Measured {
  const data: GpData = {
    ...{ n, d, categorical: new Uint8Array(d) },
    ...{ x: Float64Array.from(x), y: Float64Array.from(y) },
  };
  const parameters = Float64Array.from(theta);
  const points = Float64Array.from(candidates);
  const gradient = new Float64Array(d + 2);
  const value = logMarginalLikelihood(data, parameters, gradient);
  const posterior = createPosterior(data, parameters);
  const [mean, variance] = [new Float64Array(CANDIDATES), new Float64Array(CANDIDATES)];
  posterior.predict(points, CANDIDATES, mean, variance);
  const point = points.slice(0, d);
  const [meanGradient, varianceGradient] = [new Float64Array(d), new Float64Array(d)];
  return {
    ...{ value, gradient: [...gradient], mean: mean[0]!, variance: variance[0]! },
    likelihood_ms: timed(repeats, () => logMarginalLikelihood(data, parameters, gradient)),
    predict_ms: timed(repeats, () => posterior.predict(points, CANDIDATES, mean, variance)),
    gradient_ms: timed(repeats, () => posterior.predictWithGradient(point, meanGradient, varianceGradient)),
  };
}

function timed(repeats: number, run: () => void): number[] {
  // The first calls are interpreted or compiled in haste.
  for (let i = 0; i < 5; i++) run();
  return Array.from({ length: repeats }, () => {
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
}

function measureNumpy(task: Task): Measured {
  const output = execFileSync(peerPython(process.env), [`${root}benchmarks/peers/numpy/likelihood.py`], {
    input: JSON.stringify(task),
    encoding: "utf8",
    maxBuffer: 2 ** 26,
    // As OpenBLAS chooses on this machine: a core type or cache size forced on it would slow it.
    env: {
      ...process.env,
      OPENBLAS_NUM_THREADS: "1",
      OPENBLAS_CORETYPE: undefined,
      OPENBLAS_L2_SIZE: undefined,
    },
  });
  return JSON.parse(output);
}

/** Both must have computed the same thing for their times to be compared. */
function checkSame(ours: Measured, theirs: Measured): void {
  const pairs = [
    [ours.value, theirs.value],
    [ours.mean, theirs.mean],
    [ours.variance, theirs.variance],
    ...ours.gradient.map((slope, i) => [slope, theirs.gradient[i]]),
  ] as [number, number][];
  const scale = Math.max(...pairs.map(([, expected]) => Math.abs(expected)));
  for (const [actual, expected] of pairs) {
    if (!(Math.abs(actual - expected) <= 1e-8 * scale))
      throw new Error(`${actual} here, ${expected} in NumPy.`);
  }
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

main();
