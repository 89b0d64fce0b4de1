import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Half a minute and more each, those that compute beside those that wait. */
const LONGEST = [
  "algorithms/conformance/",
  "cli/quickstart",
  "browser/accessibility",
  "browser/trial",
  "browser/quickstart",
  "store/embedded",
  "system/",
  "agents/loop",
  "browser/",
  "cli/up",
  "algorithms/turbo/search",
];

/**
 * The longest files first: one that came last would run on alone. Then those that share no process, then the others, for
 * a process is kept for as long as the next file can share it.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => rankOf(a) - rankOf(b));
  }
}

function rankOf({ moduleId, project }: TestSpecification): number {
  const rank = LONGEST.findIndex((name) => moduleId.includes(`/test/${name}`));
  if (rank >= 0) return rank;
  return LONGEST.length + Number(project.name === IN_ONE_PROCESS);
}

const IN_ONE_PROCESS = "in one process";
/** Folders whose files change nothing that the next file in the same process could see. */
const SHARING_FILES = ["algorithms", "benchmarks", "math"].map((folder) => `test/${folder}/**/*.test.ts`);

const shared = {
  testTimeout: 30_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 15_000 } },
  pool: "forks",
  // One more than the cores of CI: files that start servers and training processes wait about half of their time.
  maxWorkers: 3,
} as const;

export default defineConfig({
  test: {
    globalSetup: ["test/support/global-setup.ts"],
    sequence: { sequencer: LongestFirst },
    maxWorkers: shared.maxWorkers,
    projects: [
      {
        test: {
          ...shared,
          name: "each in its own",
          include: ["test/**/*.test.ts"],
          exclude: ["**/node_modules/**", ...SHARING_FILES],
        },
      },
      // A process for each of these 110 files, and all of Fettle loaded into it, would take longer than many of them.
      { test: { ...shared, name: IN_ONE_PROCESS, include: SHARING_FILES, isolate: false } },
    ],
  },
});
