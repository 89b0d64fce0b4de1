import { type ScalarTag, stringify } from "yaml";

/** Readers of YAML 1.1, Python's among them, take 1e-7 without a point for a word. */
const exponential: ScalarTag = {
  tag: "tag:yaml.org,2002:float",
  default: true,
  identify: (value) => typeof value === "number" && String(value).includes("e"),
  // Written only: reading stays as it is.
  test: /(?!)/,
  resolve: Number,
  stringify: ({ value }) => String(value).replace(/^(-?\d+)e/, "$1.0e"),
};

/** A value as YAML that readers of 1.1 and of 1.2 take for the same numbers. */
export function toYaml(value: unknown, options: { lineWidth?: number } = {}): string {
  return stringify(value, { ...options, customTags: (tags) => [exponential, ...tags] });
}
