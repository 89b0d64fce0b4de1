import { spawn } from "node:child_process";
import { MARKER_VARIABLE } from "./environment.ts";

/**
 * Ends the agent's trials when the agent itself is killed and can do nothing any more: one small process that waits for
 * the end of a pipe which only the agent holds, then kills whatever carries the agent's marker. It dies with an agent
 * whose whole container is killed, and so do the trials.
 */

/** `$1`: the start of `variable=value` that every process of this agent's trials was started with. */
const SCRIPT = `
cat >/dev/null
for sweep in 1 2 3 4 5; do
  found=$(grep -lsaF -e "$1" /proc/[0-9]*/environ)
  [ -n "$found" ] || exit 0
  for file in $found; do pid=\${file#/proc/}; kill -KILL "\${pid%/environ}" 2>/dev/null; done
  sleep 0.1
done
`;

let watching = false;

/** Starts the watch of this agent process, once. Without a POSIX shell and grep there is none. */
export function startDeathWatch(agentMarker: string): void {
  if (watching) return;
  watching = true;
  // A shell, but a script of our own: nothing that a user wrote reaches it, and the marker is its argument.
  const watch = spawn("/bin/sh", ["-c", SCRIPT, "fettle-death-watch", `${MARKER_VARIABLE}=${agentMarker}.`], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    env: { PATH: "/usr/local/bin:/usr/bin:/bin" },
    cwd: "/",
  });
  watch.on("error", () => {});
  watch.stdin.on("error", () => {});
  watch.on("exit", () => {
    watching = false;
  });
  watch.unref();
  (watch.stdin as unknown as { unref(): void }).unref();
}
