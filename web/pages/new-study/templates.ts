import digits from "../../../examples/digits/study.yaml?raw";

/** Texts to begin with. */
export interface Template {
  id: string;
  name: string;
  text: string;
}

const SCRIPT = `# Any command: {{args}} becomes the trial's parameters as flags, --lr=0.0123 and so on.
name: my-study
command: ["python", "train.py", "{{args}}"]
workingDirectory: /path/on/the/agents/host

parameters:
  - { name: lr, type: float, low: 1.0e-5, high: 0.1, scale: log }
  - { name: dropout, type: float, low: 0, high: 0.5 }

# A line of the output such as \`val_acc=0.91\` is read as this metric.
objectives:
  - { metric: val_acc, goal: maximize }

budget: { maxTrials: 50 }
parallelism: 1
`;

const STEPS = `# Many trials train a little, few to the end: the script reports each epoch, and resumes from its checkpoint.
name: my-study
command: ["python", "train.py", "{{args}}"]
workingDirectory: /path/on/the/agents/host

parameters:
  - { name: lr, type: float, low: 1.0e-5, high: 0.1, scale: log }
  - { name: weight_decay, type: float, low: 1.0e-6, high: 0.1, scale: log }

objectives:
  - { metric: val_acc, goal: maximize }

fidelity:
  unit: epoch
  min: 1
  max: 27
  eta: 3
  schedule: { name: asha }

budget: { maxTrials: 100 }
parallelism: 4
resources: { gpus: 1 }
`;

const ASK = `# Without a command: your own program asks for parameters over HTTP and reports what came out.
name: my-study

parameters:
  - { name: x, type: float, low: -5, high: 5 }

objectives:
  - { metric: loss, goal: minimize }

budget: { maxTrials: 20 }
`;

/** The command line runs the example beside its file; here its folder has to be said. */
const digitsHere = digits
  .replace(/^# A study:[\s\S]*?\n\n/, "")
  .replace(
    /^workingDirectory: .*$/m,
    "workingDirectory: examples/digits # of the source tree, where the agent was started",
  );

export const templates: readonly Template[] = [
  { id: "script", name: "A script", text: SCRIPT },
  { id: "digits", name: "The digits example", text: digitsHere },
  { id: "steps", name: "A script that resumes (many trials, few to the end)", text: STEPS },
  { id: "ask", name: "No command: ask over HTTP", text: ASK },
];
