import { hostClock, startAgent } from "../../agents/index.ts";
import { studyRng } from "../../core/rng.ts";

/**
 * An agent as a process of its own, to be frozen and killed by tests: `node --import tsx agent-process.ts <url> <name>
 * <state dir>`. Prints one JSON line when it is up to claim, one when it ends. SIGTERM drains it.
 */
const [url, name, stateDir] = process.argv.slice(2);
if (url === undefined || name === undefined || stateDir === undefined)
  throw new Error("usage: <url> <name> <state dir>");

const say = (fields: object, message: string) => console.error(JSON.stringify({ ...fields, message }));
const agent = startAgent({
  url,
  name,
  stateDir,
  pool: "default",
  labels: {},
  slots: 2,
  cpus: 2,
  memoryMb: 1000,
  clock: hostClock,
  randomness: studyRng(process.pid, "agent"),
  log: { debug: say, info: say, warn: say, error: say },
});
process.on("SIGTERM", () => agent.drain());
const end = await agent.done;
console.log(JSON.stringify(end));
process.exit(end.exitCode);
