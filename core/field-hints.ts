/** What people write who have not read the schema, and what they meant: tables, looked through before the general hints. */

interface Row {
  /** JSON pointer of the field. */
  at: RegExp;
  /** The mistaken value. */
  given: (value: unknown) => boolean;
  hint: (value: unknown) => string;
}

const isText = (value: unknown) => typeof value === "string" && value.length <= 80 && value.trim() !== "";
const isMap = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
const isScalar = (value: unknown) => isText(value) || typeof value === "number" || typeof value === "boolean";
const DURATION = /^(\d{1,9}(?:\.\d{1,9})?) ?(s|m|min|h|d)$/;
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3600, d: 86_400 };

const VALUES: readonly Row[] = [
  {
    at: /^\/command$/,
    given: (value) => typeof value === "string",
    hint: () => 'Write a list, program first: [python, train.py, "{{args}}"].',
  },
  {
    at: /^\/(algorithm|earlyStopping|fidelity\/schedule|earlyStopping\/rules\/\d+)$/,
    given: isText,
    hint: (name) => `Write { name: ${name} }.`,
  },
  { at: /^\/parameters\/\d+\/when\/in$/, given: isScalar, hint: (value) => `Write a list: [${value}].` },
  {
    at: /^\/parameters$/,
    given: isMap,
    hint: () => "Write a list, each with its name: - { name: lr, type: float, low: 1e-5, high: 1e-1 }.",
  },
  { at: /^\/objectives\/\d+$/, given: isText, hint: (metric) => objective(`${metric}`) },
  { at: /^\/objectives$/, given: isText, hint: (metric) => `Write a list. ${objective(`${metric}`)}` },
  { at: /^\/objectives$/, given: isMap, hint: () => `Write a list. ${objective("loss")}` },
  {
    at: /Seconds$/,
    given: (value) => typeof value === "string" && DURATION.test(value),
    hint: (value) => {
      const [, count, unit] = DURATION.exec(value as string)!;
      return `It is in seconds: ${Number(count) * SECONDS[unit!]!}.`;
    },
  },
];

function objective(metric: string): string {
  return `Write { metric: ${metric}, goal: minimize } or goal: maximize.`;
}

/** The way out of a value that has the wrong type; undefined: it is no usual mistake. */
export function hintForValue(pointer: string, value: unknown): string | undefined {
  return VALUES.find(({ at, given }) => at.test(pointer) && given(value))?.hint(value);
}

/** A field that the object does know, and what to write with it. */
type Meant = readonly [field: string, hint: string];

const within = (field: string, key: string): Meant => [field, `Did you mean "${field}.${key}"?`];
const instead = (field: string): Meant => [field, `Did you mean "${field}"?`];

/** Fields that stand elsewhere or have another name, by the pointer of the object that they were written into. */
const FIELDS: readonly { in: RegExp; meant: Readonly<Record<string, Meant>> }[] = [
  {
    in: /^$/,
    meant: {
      maxTrials: within("budget", "maxTrials"),
      maxFailedTrials: within("budget", "maxFailedTrials"),
      maxWallTimeSeconds: within("budget", "maxWallTimeSeconds"),
      maxGpuHours: within("budget", "maxGpuHours"),
      trialSeconds: within("limits", "trialSeconds"),
      maxRetries: within("retry", "maxRetries"),
      gpus: within("resources", "gpus"),
      schedule: within("fidelity", "schedule"),
      direction: ["objectives", "Write goal: minimize or goal: maximize in objectives."],
      metric: ["objectives", "Write it in objectives: - { metric: loss, goal: minimize }."],
    },
  },
  {
    in: /^\/parameters\/\d+$/,
    meant: { min: instead("low"), max: instead("high"), log: ["scale", "Write scale: log."] },
  },
  { in: /^\/objectives\/\d+$/, meant: { name: instead("metric"), direction: instead("goal") } },
];

/** What was meant by a field that the object at `pointer` does not have. `known`: those that it has. */
export function hintForField(pointer: string, key: string, known: readonly string[]): string | undefined {
  const table = FIELDS.find((row) => row.in.test(pointer))?.meant;
  const [field, hint] = (table && Object.hasOwn(table, key) ? table[key] : undefined) ?? [];
  return field !== undefined && known.includes(field) ? hint : undefined;
}

/** Other words for the values of a field. */
const WORDS: Readonly<Record<string, string>> = {
  min: "minimize",
  max: "maximize",
  logarithmic: "log",
  loguniform: "log",
  integer: "int",
  number: "float",
  double: "float",
  real: "float",
  uniform: "float",
  choice: "categorical",
  choices: "categorical",
  enum: "categorical",
  string: "categorical",
  bool: "categorical",
  boolean: "categorical",
  constant: "fixed",
};

/** The allowed value that another word for it stands for. */
export function synonymAmong(word: string, allowed: readonly string[]): string | undefined {
  const key = word.toLowerCase();
  const meant = Object.hasOwn(WORDS, key) ? WORDS[key] : undefined;
  return meant !== undefined && allowed.includes(meant) ? meant : undefined;
}
