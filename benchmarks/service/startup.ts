import { spawn } from "node:child_process";
import { quantile } from "../report.ts";

/** Median milliseconds of `node <bundle> --help` as a whole process. */
export async function helpMs(bundle: string, runs: number): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) times.push(await timeHelp(bundle));
  return quantile(times, 0.5);
}

function timeHelp(bundle: string): Promise<number> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bundle, "--help"], { stdio: "ignore" });
    child.once("error", reject);
    child.once("exit", (code) => {
      if (code === 0) resolve(performance.now() - started);
      else reject(new Error(`--help ended with ${code}`));
    });
  });
}
