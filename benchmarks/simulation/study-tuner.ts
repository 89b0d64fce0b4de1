import type { Problem } from "../../core/algorithm.ts";
import { createEncoder } from "../../core/encode.ts";
import { createProblem } from "../../core/problem.ts";
import type { Params } from "../../core/space.ts";
import { type StudySpec, studySpecSchema } from "../../core/study.ts";
import { createLocalSearcher, type Searcher } from "../../scheduler/searcher.ts";
import type { BenchmarkProblem } from "../problems/problem.ts";
import type { Proposal, Tuner } from "./simulate.ts";
import { SimulatedStudy } from "./simulated-study.ts";

/** Ends the rule of every suggestion that stands in for one that could not be made. */
const FALLBACK = "fallback";

export interface StudyOptions {
  algorithm: { name: string; config: Record<string, unknown> };
  trials: number;
  workers: number;
  seed: number;
  /** Points that a user enqueues before the study begins; they are the first trials. */
  start?: readonly Params[];
}

/** Fettle as a tuner: the deployed scheduler's turns on a study in memory. */
export interface StudyTuner extends Tuner {
  readonly study: SimulatedStudy;
  /** What the study's algorithm is created for. */
  readonly problem: Problem;
  /** Real seconds of each answered question to the search, in order. */
  readonly askSeconds: readonly number[];
  /** What the log says of each trial that got a fallback point, because the search had failed. */
  readonly failures: readonly string[];
}

/** The study that a user of this problem would submit. */
export function specOfProblem(problem: BenchmarkProblem, options: StudyOptions): StudySpec {
  const parsed = studySpecSchema.parse({
    name: "benchmark",
    parameters: problem.space.parameters,
    constraints: [...problem.space.constraints],
    objectives: metricsOf(problem).map((metric) => ({ metric, goal: "minimize" })),
    algorithm: options.algorithm,
    budget: { maxTrials: options.trials },
    parallelism: Math.min(options.workers, options.trials),
    seed: options.seed,
  });
  return { ...parsed, seed: options.seed };
}

export function createStudyTuner(problem: BenchmarkProblem, options: StudyOptions): StudyTuner {
  const askSeconds: number[] = [];
  const failures: string[] = [];
  const study = new SimulatedStudy(specOfProblem(problem, options), () =>
    timedSearcher(createLocalSearcher(), askSeconds),
  );
  const metrics = metricsOf(problem);
  const waiting: Proposal[] = [];
  let known = 0;

  enqueue(study, problem, options.start ?? []);

  const turn = async () => {
    // The turn that stops at its own limit of events goes on in the next; here everything is done at once.
    while ((await study.turn()).length > 0);
    for (; known < study.log.length; known++) {
      const { body, why } = study.log[known]!;
      if (why.rule.endsWith(FALLBACK)) failures.push(why.text);
      if (body.type === "trial.scheduled" || body.type === "trial.enqueued") {
        waiting.push({ id: body.trial, params: body.params });
      }
    }
  };

  return {
    study,
    problem: createProblem(problem.space, {
      objectives: problem.objectives,
      constraints: 0,
      maxTrials: options.trials,
      parallelism: study.study.spec.parallelism,
      seed: options.seed,
      fidelity: null,
    }),
    askSeconds,
    failures,
    async ask() {
      if (waiting.length === 0) await turn();
      const proposal = waiting.shift() ?? null;
      if (proposal !== null) study.start(proposal.id);
      return proposal;
    },
    async tell(id, losses) {
      metrics.forEach((metric, index) => {
        study.observe(id, [losses[index]!], { metric });
      });
      study.end(id, {}, 1, metrics);
      await turn();
    },
  };
}

function metricsOf(problem: BenchmarkProblem): string[] {
  if (problem.objectives === 1) return ["loss"];
  return Array.from({ length: problem.objectives }, (_, index) => `loss${index}`);
}

function enqueue(study: SimulatedStudy, problem: BenchmarkProblem, start: readonly Params[]): void {
  const encoder = createEncoder(problem.space);
  start.forEach((params, trial) => {
    study.fact({ type: "trial.enqueued", trial, params, point: encoder.encode(params), origin: "user" });
  });
}

/** Measures what the deployed turn asks. */
function timedSearcher(inner: Searcher, askSeconds: number[]): Searcher {
  return {
    ...inner,
    async ask(question) {
      const before = performance.now();
      try {
        return await inner.ask(question);
      } finally {
        askSeconds.push((performance.now() - before) / 1000);
      }
    },
  };
}
