#!/usr/bin/env node
import { runCommandLine } from "./program.ts";

// A reader that has seen enough (`fettle trial ls | head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

const exitCode = await runCommandLine(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  env: process.env,
  cwd: process.cwd(),
});
// What was written leaves before the process does, whatever timers and sockets are still open.
process.stdout.write("", () => process.exit(exitCode));
