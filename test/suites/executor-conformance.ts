import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Executor } from "../../core/executor.ts";
import { createExecutorBench, type ExecutorBench, script } from "../support/executor.ts";
import { waitFor } from "../support/wait-for.ts";

/** What every executor promises to training scripts and to the agent. */
export function describeExecutor(executor: Executor): void {
  let bench: ExecutorBench;
  beforeEach(() => {
    bench = createExecutorBench(executor);
  });
  afterEach(() => bench.close());

  describe(`executor ${executor.name}: ends`, () => {
    test("exit 0 is completed, and says nothing more", async () => {
      expect(await bench.run(["true"])).toEqual({
        outcome: "completed",
        failureClass: null,
        exitCode: 0,
        signal: null,
        message: null,
        metrics: new Map(),
      });
    });

    test("exit 75 asks to be queued again", async () => {
      expect(await bench.run(["sh", "-c", "exit 75"])).toMatchObject({ outcome: "requeue", exitCode: 75 });
    });

    test("any other exit code is the user's failure, told by the last line printed", async () => {
      const command = [
        "sh",
        "-c",
        "echo starting; printf 'ValueError: \\033[31mbad\\033[0m shape\\n\\n' >&2; exit 3",
      ];
      expect(await bench.run(command)).toMatchObject({
        outcome: "failed",
        failureClass: "user-error",
        exitCode: 3,
        message: "Exit code 3: ValueError: bad shape",
      });
    });

    test("a signal is named", async () => {
      expect(await bench.run(["sh", "-c", "kill -SEGV $$"])).toMatchObject({
        outcome: "failed",
        failureClass: "user-error",
        exitCode: null,
        signal: "SIGSEGV",
      });
    });

    test("a kill from elsewhere is taken for a lack of memory", async () => {
      const result = await bench.run(["sh", "-c", "kill -KILL $$"]);
      expect(result).toMatchObject({ outcome: "failed", failureClass: "oom", signal: "SIGKILL" });
    });

    test.each([
      ["torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB", null, "oom"],
      ["OSError: [Errno 28] No space left on device", null, "disk"],
      ["RuntimeError: CUDA error: uncorrectable ECC error encountered", 1, "gpu"],
      ["RuntimeError: CUDA error: uncorrectable ECC error encountered", null, "user-error"],
    ])("exit 1 after %j with %s GPUs is of class %s", async (line, gpus, failureClass) => {
      const assignment = gpus === null ? null : { devices: ["0"], indices: [0], share: 1 };
      const result = await bench.run(["sh", "-c", 'echo "$1"; exit 1', "sh", line], { gpus: assignment });
      expect(result).toMatchObject({ outcome: "failed", failureClass });
      expect(result.message).toContain(line);
    });

    test("a trial that takes longer than its limit is stopped with class timeout", async () => {
      const limits = { trialSeconds: 0.3, stopGraceSeconds: 5 };
      expect(await bench.run(["sleep", "60"], { limits })).toMatchObject({
        outcome: "failed",
        failureClass: "timeout",
        signal: "SIGTERM",
      });
    });

    test("a limit of a year does not fire at once", async () => {
      const limits = { trialSeconds: 31_536_000, stopGraceSeconds: 5 };
      expect(await bench.run(["sleep", "0.1"], { limits })).toMatchObject({ outcome: "completed" });
    });
  });

  describe(`executor ${executor.name}: commands that cannot run`, () => {
    test.each([
      ["a program that is on no path", ["no-such-program-xyz"]],
      ["a file that is not there", ["./no/such/file"]],
      ["a directory", ["/tmp"]],
    ])("%s is of class command-not-found", async (_what, command) => {
      expect(await bench.run(command)).toMatchObject({
        outcome: "failed",
        failureClass: "command-not-found",
        exitCode: null,
      });
    });

    test("a file without execute permission is of class command-not-found and says why", async () => {
      const path = join(bench.directory, "plain.txt");
      writeFileSync(path, "", { mode: 0o600 });
      const result = await bench.run([path]);
      expect(result).toMatchObject({ outcome: "failed", failureClass: "command-not-found" });
      expect(result.message).toContain("not executable");
    });

    test("arguments that are too long for the system are the user's failure", async () => {
      const params = { lr: "x".repeat(3 * 1024 * 1024) };
      expect(await bench.run(["true", "{{lr}}"], { params })).toMatchObject({
        outcome: "failed",
        failureClass: "user-error",
      });
    });

    test("a working directory that is not there is named", async () => {
      const result = await bench.run(["true"], { workingDirectory: "/no/such/directory" });
      expect(result).toMatchObject({ outcome: "failed", failureClass: "user-error" });
      expect(result.message).toContain("/no/such/directory");
    });

    test("a value that no argument may hold is the user's failure", async () => {
      const result = await bench.run(["echo", "{{lr}}"], { params: { lr: "a\nb" } });
      expect(result).toMatchObject({ outcome: "failed", failureClass: "user-error" });
      expect(bench.output()).toBe("");
    });
  });

  describe(`executor ${executor.name}: the result file`, () => {
    const write = (content: unknown, code = 0) =>
      bench.run([
        "sh",
        "-c",
        'printf %s "$1" > "$FETTLE_RESULT_FILE"; exit "$2"',
        "sh",
        text(content),
        String(code),
      ]);
    const text = (content: unknown) => (typeof content === "string" ? content : JSON.stringify(content));

    test.each([0, 1])("declares a point infeasible, whatever the exit code (%i)", async (code) => {
      expect(await write({ state: "infeasible", reason: "batch too large" }, code)).toMatchObject({
        outcome: "infeasible",
        failureClass: "declared",
        message: "batch too large",
      });
    });

    test("declares a failure in spite of exit 0", async () => {
      expect(await write({ state: "failed", reason: "no data" })).toMatchObject({
        outcome: "failed",
        failureClass: "declared",
        message: "no data",
      });
    });

    test("gives final values, NaN and infinities as strings", async () => {
      const result = await write({ metrics: { val_acc: 0.9, loss: "NaN", gap: "-Infinity" } });
      expect(result.outcome).toBe("completed");
      expect([...result.metrics]).toEqual([
        ["val_acc", 0.9],
        ["loss", Number.NaN],
        ["gap", Number.NEGATIVE_INFINITY],
      ]);
    });

    test.each(["{", "[]", '{"state":"great"}', '{"metrics":{"loss":null}}', "\0\xff", `${" ".repeat(2e6)}{`])(
      "that is wrong makes exit 0 a failure (%#)",
      async (content) => {
        writeFileSync(join(bench.directory, "content"), content);
        const result = await bench.run(["sh", "-c", 'cp content "$FETTLE_RESULT_FILE"']);
        expect(result).toMatchObject({ outcome: "failed", failureClass: "user-error" });
        expect(result.message).toContain("result file");
      },
    );

    test("that is a pipe, a link or a directory is passed over", async () => {
      for (const make of ["mkfifo", "ln -s /etc/passwd", "mkdir"]) {
        const result = await bench.run([
          "sh",
          "-c",
          `rm -rf "$FETTLE_RESULT_FILE"; ${make} "$FETTLE_RESULT_FILE"`,
        ]);
        expect(result).toMatchObject({ outcome: "completed", metrics: new Map() });
        await bench.run(["sh", "-c", 'rm -rf "$FETTLE_TRIAL_DIR"/result-*']);
      }
    });

    test("of an earlier run of the same attempt does not count", async () => {
      await write({ state: "infeasible" });
      expect(await bench.run(["true"])).toMatchObject({ outcome: "completed" });
    });
  });

  describe(`executor ${executor.name}: what a script sees`, () => {
    const environment = async (overrides: Parameters<ExecutorBench["run"]>[1] = {}) => {
      await bench.run(script("console.log(JSON.stringify(process.env))"), overrides);
      return JSON.parse(bench.output()) as Record<string, string>;
    };

    test("its identity, its files and its parameters", async () => {
      const seen = await environment();
      expect(seen).toMatchObject({
        FETTLE_STUDY: "digits",
        FETTLE_TRIAL: "7",
        FETTLE_TRIAL_ID: "0190c1de-0000-7000-8000-000000000007",
        FETTLE_ATTEMPT: "2",
        FETTLE_SEED: "42",
        FETTLE_URL: "http://127.0.0.1:1",
        FETTLE_TOKEN: "attempt-token",
        FETTLE_PARAMS: '{"lr":0.1,"optimizer":"adam"}',
        FETTLE_PARAM_LR: "0.1",
        FETTLE_PARAM_OPTIMIZER: "adam",
        FETTLE_GPUS: "0",
        FETTLE_TRIAL_DIR: bench.directory,
        PYTHONUNBUFFERED: "1",
      });
      expect(JSON.parse(bench.file(seen.FETTLE_PARAMS_FILE!.slice(bench.directory.length)))).toEqual({
        lr: 0.1,
        optimizer: "adam",
      });
      for (const name of [
        "FETTLE_BUDGET",
        "FETTLE_RESUME",
        "FETTLE_PARAM_MOMENTUM",
        "CUDA_VISIBLE_DEVICES",
      ]) {
        expect(seen).not.toHaveProperty(name);
      }
    });

    test("its budget, its GPUs and the study's own variables", async () => {
      const seen = await environment({
        gpus: { devices: ["GPU-a", "GPU-b"], indices: [0, 3], share: 1 },
        environment: {
          OMP_NUM_THREADS: "1",
          PYTHONUNBUFFERED: "0",
          FETTLE_TRIAL: "99",
          CUDA_VISIBLE_DEVICES: "9",
        },
        params: { "model.lr": 1e-7, "with NUL": "a\0b", big: "x".repeat(100_000) },
      });
      expect(seen).toMatchObject({
        FETTLE_GPUS: "2",
        CUDA_VISIBLE_DEVICES: "GPU-a,GPU-b",
        OMP_NUM_THREADS: "1",
        PYTHONUNBUFFERED: "0",
        FETTLE_TRIAL: "7",
        FETTLE_PARAM_MODEL_LR: "1e-7",
      });
      expect(seen).not.toHaveProperty("FETTLE_PARAM_WITH_NUL");
      expect(seen).not.toHaveProperty("FETTLE_PARAM_BIG");
      expect(seen).not.toHaveProperty("FETTLE_PARAMS");
    });

    test("no GPU, where the host has some and it got none", async () => {
      const seen = await environment({ gpus: { devices: [], indices: [], share: 0 } });
      expect(seen).toMatchObject({ CUDA_VISIBLE_DEVICES: "", FETTLE_GPUS: "0" });
    });

    test("nothing of the agent's own secrets", async () => {
      const secrets = {
        DATABASE_URL: "s",
        REDIS_URL: "s",
        FETTLE_TOKEN: "agent",
        FETTLE_ADMIN_TOKEN: "s",
        PGPASSWORD: "s",
      };
      const before = { ...process.env };
      Object.assign(process.env, secrets, { HF_TOKEN: "kept" });
      try {
        const seen = await environment();
        expect(seen).toMatchObject({ FETTLE_TOKEN: "attempt-token", HF_TOKEN: "kept" });
        for (const name of ["DATABASE_URL", "REDIS_URL", "FETTLE_ADMIN_TOKEN", "PGPASSWORD"]) {
          expect(seen).not.toHaveProperty(name);
        }
      } finally {
        for (const name of [...Object.keys(secrets), "HF_TOKEN"]) delete process.env[name];
        Object.assign(process.env, before);
      }
    });

    test("its checkpoints of earlier attempts, and that there are some", async () => {
      const command = ["sh", "-c", 'echo "resume=$FETTLE_RESUME"; touch "$FETTLE_CHECKPOINT_DIR/epoch-1"'];
      await bench.run(command);
      await bench.run(command);
      expect(bench.output()).toBe("resume=\nresume=1\n");
    });

    test("hostile values as they are, each in its own argument", async () => {
      const values = [
        "$(touch pwned)",
        "; rm -rf /",
        "{{7*7}}",
        "{{lr}}",
        "`id`",
        "a b",
        "--flag",
        "",
        "'\"\\",
      ];
      const names = values.map((_value, index) => `p${index}`);
      const params = Object.fromEntries(values.map((value, index) => [names[index]!, value]));
      await bench.run(
        [
          ...script("console.log(JSON.stringify(process.argv.slice(1)))"),
          "--",
          ...names.map((name) => `{{${name}}}`),
        ],
        {
          params,
          parameters: names,
        },
      );
      expect(JSON.parse(bench.output())).toEqual(values);
    });
  });

  describe(`executor ${executor.name}: files`, () => {
    test.each(["mkfifo", "ln -s /dev/full", "mkdir"])(
      "are made anew where an earlier attempt has left something else (%s)",
      async (make) => {
        const names = '"$FETTLE_PARAMS_FILE" "$FETTLE_METRICS_FILE"';
        await bench.run(["sh", "-c", `for name in ${names}; do rm "$name"; ${make} "$name"; done`]);
        await bench.run(["sh", "-c", `cat ${names}; [ -f "$FETTLE_METRICS_FILE" ] && echo fine`]);
        expect(bench.output().replace(/\s/g, "")).toBe('{"lr":0.1,"optimizer":"adam"}fine');
      },
    );
  });

  describe(`executor ${executor.name}: stop`, () => {
    test("gives the script time to save its work", async () => {
      const save =
        'process.on("SIGTERM", () => { console.log("saved"); process.exit(0); }); console.log("ready"); setInterval(() => {}, 1000);';
      const execution = await bench.start(script(save));
      await waitFor(() => bench.output().includes("ready"));
      execution.stop(10_000);
      expect(await execution.done).toMatchObject({ outcome: "stopped", failureClass: null, exitCode: 0 });
      expect(bench.output()).toContain("saved");
    });

    test("kills one that ignores it after the grace, and hurries when asked again", async () => {
      const ignore =
        'process.on("SIGTERM", () => console.log("no")); console.log("ready"); setInterval(() => {}, 1000);';
      const execution = await bench.start(script(ignore));
      await waitFor(() => bench.output().includes("ready"));
      const asked = performance.now();
      execution.stop(60_000);
      await waitFor(() => bench.output().includes("no"));
      execution.stop(200);
      execution.stop(30_000);
      expect(await execution.done).toMatchObject({ outcome: "stopped", signal: "SIGKILL" });
      expect(performance.now() - asked).toBeLessThan(5000);
    });

    test("after the end changes nothing", async () => {
      const execution = await bench.start(["true"]);
      expect(await execution.done).toMatchObject({ outcome: "completed" });
      execution.stop(0);
      expect(await execution.done).toMatchObject({ outcome: "completed" });
    });

    test("of a command that never started is harmless", async () => {
      const execution = await bench.start(["/no/such/program"]);
      execution.stop(0);
      expect(await execution.done).toMatchObject({ failureClass: "command-not-found" });
    });
  });

  describe(`executor ${executor.name}: output`, () => {
    test("of both streams keeps its order", async () => {
      await bench.run(["sh", "-c", "for i in 1 2 3 4 5; do echo out$i; echo err$i >&2; done"]);
      expect(bench.output()).toBe([1, 2, 3, 4, 5].map((i) => `out${i}\nerr${i}\n`).join(""));
    });

    test("can be opened again by name, as scripts do", async () => {
      await bench.run(["sh", "-c", "echo out > /dev/stdout; echo err > /dev/stderr"]);
      expect(bench.output()).toBe("out\nerr\n");
    });

    test("of 1 GB is read to its end without holding it in memory", async () => {
      const before = process.memoryUsage().rss;
      let peak = 0;
      const watch = setInterval(() => {
        peak = Math.max(peak, process.memoryUsage().rss);
      }, 20);
      let bytes = 0;
      const result = await bench.run(["sh", "-c", "yes | head -c 1000000000"], {
        onOutput: (chunk) => {
          bytes += chunk.length;
        },
      });
      clearInterval(watch);
      expect(result.outcome).toBe("completed");
      expect(bytes).toBe(1_000_000_000);
      expect(peak - before).toBeLessThan(200 * 1024 * 1024);
    });

    test("that is binary arrives byte for byte", async () => {
      const chunks: Uint8Array[] = [];
      const code = "process.stdout.write(Buffer.from(Array.from({ length: 256 }, (_, i) => i)))";
      await bench.run(script(code), { onOutput: (chunk) => chunks.push(chunk) });
      expect([...Buffer.concat(chunks)]).toEqual(Array.from({ length: 256 }, (_, i) => i));
    });
  });
}
