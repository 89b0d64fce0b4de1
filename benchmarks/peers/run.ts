import { parseArgs } from "node:util";
import { checkPeer } from "./check.ts";
import { environments, peerVersion, setUp } from "./environment.ts";
import { findPeer, type PeerEnvironment, peers } from "./index.ts";

/**
 * The peers of the quality benchmark: `npm run bench:peers` lists them, `-- --setup` makes their Python environments
 * (`--setup main` one of them), `-- --check` tells which work (`--check optuna-tpe,smac` some of them).
 */

const { values, positionals } = parseArgs({
  options: { setup: { type: "boolean" }, check: { type: "boolean" } },
  allowPositionals: true,
});
const names = positionals.flatMap((word) => word.split(","));

if (values.setup) {
  const unknown = names.filter((name) => !environments.includes(name as PeerEnvironment));
  if (unknown.length > 0)
    throw new Error(`No environment ${unknown.join(", ")}: ${environments.join(", ")}.`);
  setUp(names.length > 0 ? (names as PeerEnvironment[]) : environments);
} else {
  const chosen = names.length > 0 ? names.map(findPeer) : peers;
  for (const peer of chosen) {
    const version = peerVersion(peer) ?? "not installed";
    if (!values.check) console.log(`${peer.name.padEnd(24)}${version.padEnd(46)}${peer.note}`);
    else {
      const { result, works } = await checkPeer(peer);
      console.log(`${works ? "ok  " : "FAIL"} ${peer.name.padEnd(24)}${version.padEnd(46)}${result}`);
      if (!works) process.exitCode = 1;
    }
  }
}
