import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { driverOf, peerVersion } from "../../../benchmarks/peers/environment.ts";
import type { Peer } from "../../../benchmarks/peers/index.ts";

const hasPython = spawnSync("python3", ["--version"]).status === 0;
const peerOf = (...packages: string[]): Peer => ({ name: "tiny", environment: "hebo", packages, note: "" });

describe.skipIf(!hasPython)("an environment that is set up", () => {
  let root: string;

  /** Python with two packages of ours in its path, where the environment "hebo" is looked for. */
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "peers-"));
    for (const [name, version] of [
      ["tiny", "1.2.3"],
      ["tiny_core", "0.4"],
    ]) {
      mkdirSync(join(root, `${name}-${version}.dist-info`));
      const metadata = `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`;
      writeFileSync(join(root, `${name}-${version}.dist-info`, "METADATA"), metadata);
    }
    mkdirSync(join(root, "venv-hebo", "bin"), { recursive: true });
    const program = `#!/bin/sh\nPYTHONPATH='${root}' exec python3 "$@"\n`;
    writeFileSync(join(root, "venv-hebo", "bin", "python"), program, { mode: 0o755 });
  });
  afterAll(() => rmSync(root, { recursive: true }));

  test("is found beside the main one, under its own name", () => {
    const env = { FETTLE_BENCHMARK_VENV: join(root, "venv") };
    expect(driverOf(peerOf(), env)?.file).toBe(join(root, "venv-hebo", "bin", "python"));
    expect(driverOf({ ...peerOf(), environment: "main" }, env)).toBeNull();
  });

  test("tells the installed version of each package of a peer", () => {
    const env = { FETTLE_BENCHMARK_VENV: join(root, "venv") };
    expect(peerVersion(peerOf("tiny", "tiny-core"), env)).toBe("tiny 1.2.3, tiny-core 0.4");
  });

  test("has no version of a peer that lacks one of its packages", () => {
    const env = { FETTLE_BENCHMARK_VENV: join(root, "venv") };
    expect(peerVersion(peerOf("tiny", "tiny-missing"), env)).toBeNull();
  });
});
