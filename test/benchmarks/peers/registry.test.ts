import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { driverOf, environments, peerVersion, requirements } from "../../../benchmarks/peers/environment.ts";
import { findPeer, peers } from "../../../benchmarks/peers/index.ts";

const folder = new URL("../../../benchmarks/peers/", import.meta.url).pathname;
const read = (file: string) => readFileSync(join(folder, file), "utf8");

/** The entries of a table of strings in Python, `NAME = {"key": value, …}`, values as they are written. */
function tableOf(source: string, name: string): Map<string, string> {
  const [, body] = new RegExp(`^${name}(?:: [^=]+)? = \\{([^}]*)\\}`, "m").exec(source)!;
  return new Map([...body!.matchAll(/"([^"]+)": "?([\w./]+)"?/g)].map(([, key, value]) => [key!, value!]));
}

const modules = tableOf(read("driver.py"), "MODULES");
const familyOf = (peer: string) => peer.split("-")[0]!;

/** Package to version, names as the package index compares them. */
function pins(file: string): Map<string, string> {
  const lines = readFileSync(file, "utf8").split("\n");
  const wanted = lines.filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    wanted.map((line) => {
      const [, name, version] = /^([\w.-]+)(?:\[\w+\])?==([\w.]+)$/.exec(line) ?? [];
      return [normalised(name ?? line), version ?? "not pinned"];
    }),
  );
}

const normalised = (name: string) => name.toLowerCase().replace(/[-_.]+/g, "-");

describe.each(peers)("$name", (peer) => {
  test("is known to the module of its family, which the driver finds", () => {
    const module = modules.get(familyOf(peer.name))!;
    expect([...tableOf(read(module), "PEERS").keys()]).toContain(peer.name);
  });

  test("has every package that its results depend on in the requirements of its environment", () => {
    const pinned = [...pins(requirements[peer.environment]).keys()];
    expect(pinned).toEqual(expect.arrayContaining(peer.packages.map(normalised)));
  });

  test("has no version where its environment is not set up", () => {
    const nowhere = { FETTLE_BENCHMARK_VENV: join(folder, "no-such-folder") };
    expect([driverOf(peer, nowhere), peerVersion(peer, nowhere)]).toEqual([null, null]);
  });
});

test("every peer that a module of the driver knows is registered, once", () => {
  const known = [...modules.values()].flatMap((module) => [...tableOf(read(module), "PEERS").keys()]);
  expect(peers.map((peer) => peer.name).sort()).toEqual(known.sort());
});

test.each(environments)(
  "the requirements of %s are pinned, all of them, and name no index",
  (environment) => {
    expect(existsSync(requirements[environment])).toBe(true);
    const versions = [...pins(requirements[environment]).values()];
    expect(versions.length).toBeGreaterThan(0);
    expect(versions).not.toContain("not pinned");
  },
);

test("an unknown peer is answered with the known ones", () => {
  expect(findPeer("smac").environment).toBe("main");
  expect(() => findPeer("hyperopt")).toThrow(/no peer "hyperopt".*optuna-tpe, .*vizier/);
});
