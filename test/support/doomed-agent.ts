import { executors } from "../../agents/executors/index.ts";
import { argumentsSchema } from "../../core/arguments.ts";

/** An agent to be killed: runs argv[3…] as an attempt in the directory argv[2], and waits. */
const [directory, ...command] = process.argv.slice(2);
const execution = await executors.process!.start({
  identity: { study: "s", trial: 0, trialId: "t", attempt: 1, seed: 1, budget: null, url: "", token: "" },
  command,
  arguments: argumentsSchema.parse({}),
  params: {},
  parameters: [],
  environment: {},
  workingDirectory: null,
  trialDirectory: directory!,
  checkpointDirectory: null,
  stateDirectory: directory!,
  gpus: null,
  limits: { stopGraceSeconds: 5 },
  onOutput: (bytes) => process.stdout.write(bytes),
});
await execution.done;
