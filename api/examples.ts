/** Requests that the OpenAPI document shows; a test parses each with its schema. */

export const EXAMPLE_STUDY = {
  name: "quadratic",
  parameters: [
    { name: "x", type: "float", low: -5, high: 5 },
    { name: "lr", type: "float", low: 1e-4, high: 1, scale: "log" },
  ],
  objectives: [{ metric: "loss", goal: "minimize" }],
  algorithm: { name: "sobol" },
  budget: { maxTrials: 20 },
  parallelism: 2,
};

export const EXAMPLE_PARAMS = { x: 0.5, lr: 0.01 };
export const EXAMPLE_POINTS = {
  points: [
    { name: "loss", step: 1, value: 0.42 },
    { name: "loss", step: 2, value: "NaN" },
  ],
};
export const EXAMPLE_PATCH = { parallelism: 4, budget: { maxTrials: 100 } };
