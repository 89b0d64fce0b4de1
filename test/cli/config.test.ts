import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ConfigSources, loadConfig, parseConfigFile, SETTINGS } from "../../cli/config.ts";
import { FettleError } from "../../core/errors.ts";

const SECRET = "hunter2-hunter2-hunter2-hunter2-hunter2";

function load(sources: Partial<ConfigSources>) {
  return loadConfig({ flags: {}, env: {}, readConfigFile: () => undefined, ...sources });
}

function refusal(sources: Partial<ConfigSources>): FettleError {
  try {
    load(sources);
  } catch (error) {
    if (error instanceof FettleError) return error;
    throw error;
  }
  throw new Error("the configuration was accepted");
}

describe("precedence", () => {
  const file = () => "FETTLE_PROJECT=from-file\n";

  test("a flag wins over the environment, the environment over the file, the file over the default", () => {
    const env = { FETTLE_PROJECT: "from-env" };
    const flags = { project: "from-flag" };
    expect(load({ flags, env, readConfigFile: file }).config.project).toBe("from-flag");
    expect(load({ env, readConfigFile: file }).config.project).toBe("from-env");
    expect(load({ readConfigFile: file }).config.project).toBe("from-file");
    expect(load({}).config.project).toBe("default");
  });

  test("an empty variable is one that is not set", () => {
    expect(load({ env: { FETTLE_PROJECT: "", DATABASE_URL: "" } }).config).toMatchObject({
      project: "default",
      databaseUrl: undefined,
    });
  });

  test("the file is looked for in the data directory that flag or environment name", () => {
    const asked: string[] = [];
    const readConfigFile = (dataDir: string) => void asked.push(dataDir);
    load({ readConfigFile });
    load({ env: { FETTLE_DATA_DIR: "/env" }, readConfigFile });
    load({ env: { FETTLE_DATA_DIR: "/env" }, flags: { dataDir: "/flag" }, readConfigFile });
    expect(asked).toEqual([".fettle", "/env", "/flag"]);
  });

  describe("with a real folder", () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "fettle-config-"));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    test("its config file is read, and none is no error", () => {
      const flags = { dataDir: folder };
      expect(loadConfig({ flags, env: {} }).config.url).toBe("http://127.0.0.1:7420");
      writeFileSync(join(folder, "config"), "FETTLE_URL=http://127.0.0.1:9999/\n");
      expect(loadConfig({ flags, env: {} }).config.url).toBe("http://127.0.0.1:9999");
    });
  });
});

describe("values", () => {
  test("are parsed into the types that the code works with", () => {
    const env = {
      FETTLE_PORT: "0",
      FETTLE_SLOTS: "3",
      FETTLE_LABELS: "zone=a, disk=ssd",
      FETTLE_URL: "https://fettle.example/",
      FETTLE_ALLOWED_HOSTS: "a.example, b.example",
    };
    expect(load({ env }).config).toMatchObject({
      port: 0,
      slots: 3,
      labels: { zone: "a", disk: "ssd" },
      url: "https://fettle.example",
      allowedHosts: ["a.example", "b.example"],
    });
  });

  test.each([
    ["FETTLE_PORT", "70000"],
    ["FETTLE_PORT", "http"],
    ["FETTLE_URL", "ftp://x"],
    ["FETTLE_SLOTS", "0"],
    ["FETTLE_LABELS", "zone"],
    ["FETTLE_AUTH", "none"],
    ["DATABASE_URL", "mysql://x"],
    ["REDIS_URL", "localhost:6379"],
    ["FETTLE_PROJECT", "Not A Name"],
    ["FETTLE_LOG_LEVEL", "loud"],
  ])("%s=%s is refused by name, with what it is for", (name, value) => {
    const error = refusal({ env: { [name]: value } });
    expect(error.code).toBe("invalid-config");
    expect(error.fields).toHaveLength(1);
    expect(error.fields[0]).toMatchObject({ pointer: `/${name}`, hint: expect.stringMatching(/\w/) });
    expect(error.fields[0]?.message).toContain(name);
  });

  test("every wrong setting is named at once, and where it came from", () => {
    const error = refusal({
      flags: { port: "x" },
      env: { FETTLE_AUTH: "none" },
      readConfigFile: () => "FETTLE_SLOTS=-1",
    });
    expect(error.fields.map(({ message }) => message.split(":")[0])).toEqual([
      "--port",
      "FETTLE_AUTH",
      expect.stringMatching(/^FETTLE_SLOTS in \.fettle\/config$/),
    ]);
  });

  test.each([
    ["FETTLE_ADMIN_TOKEN", SECRET.slice(0, 20)],
    ["DATABASE_URL", `mysql://fettle:${SECRET}@db`],
    ["REDIS_URL", `http://:${SECRET}@redis`],
  ])("the value of %s never appears in its own error", (name, value) => {
    const error = refusal({ env: { [name]: value } });
    expect(JSON.stringify([error.message, error.fields])).not.toContain(value.slice(-10));
  });

  test("no secret has a flag, which every user of the machine could read", () => {
    const secrets = Object.values(SETTINGS).filter((setting) => "secret" in setting);
    expect(secrets.map(({ env }) => env)).toContain("FETTLE_ADMIN_TOKEN");
    expect(secrets.filter((setting) => "flag" in setting)).toEqual([]);
  });
});

describe("unknown variables", () => {
  test("are warned about, with the setting that was probably meant", () => {
    const { warnings } = load({ env: { FETTLE_PROT: "1", HOME: "/root" } });
    expect(warnings).toEqual([`FETTLE_PROT is not a setting and is ignored. Did you mean "FETTLE_PORT"?`]);
  });

  test("are also found in the config file", () => {
    expect(load({ readConfigFile: () => "FETTLE_UR=x" }).warnings).toHaveLength(1);
  });

  test("that a training process is given are no typos", () => {
    const documented = readFileSync(
      new URL("../../agents/executors/environment.ts", import.meta.url),
      "utf8",
    );
    const names = [...new Set(documented.match(/FETTLE_[A-Z_]+\b/g))].filter((name) => !name.endsWith("_"));
    expect(names).toContain("FETTLE_METRICS_FILE");
    const env = Object.fromEntries(
      names.map((name) => [name, name === "FETTLE_URL" ? "http://127.0.0.1" : "x"]),
    );
    expect(load({ env }).warnings).toEqual([]);
  });
});

test("the config file holds NAME=value lines, comments and blank lines", () => {
  const content = "# where\r\n\r\nFETTLE_URL = http://x/?a=b\nno value\n=odd\nFETTLE_PROJECT=p\n";
  expect(parseConfigFile(content)).toEqual({ FETTLE_URL: "http://x/?a=b", FETTLE_PROJECT: "p" });
});
