import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, lstat, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { connect as connectTcp } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { chooseAccount } from "../../store/embedded/account.ts";
import { findBinaries } from "../../store/embedded/binaries.ts";
import { commandLine, processLives } from "../../store/embedded/process.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../store/embedded.ts";
import { connect } from "../../store/postgres/connect.ts";
import { silentLog } from "../support/log.ts";
import { TEST_CONNECTION } from "../support/postgres.ts";
import { waitFor } from "../support/wait-for.ts";

const isRoot = process.getuid?.() === 0;
let parent: string;
let dataDir: string;
let started: EmbeddedPostgres[];
let children: ChildProcess[];

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "fettle-embedded-"));
  dataDir = join(parent, "postgres");
  started = [];
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill("SIGKILL");
  for (const server of started.reverse()) await server.stop();
  const pid = await serverPid();
  if (pid !== undefined && (await commandLine(pid)).includes(dataDir)) process.kill(pid, "SIGKILL");
  await rm(parent, { recursive: true, force: true });
});

/**
 * The tests of this block use one directory, whose data the first of them makes: making them takes seconds, starting on
 * them a fraction of one. For tests that are not about the making.
 */
function onOneDirectory(): void {
  let shared: string;
  beforeAll(async () => {
    shared = await mkdtemp(join(tmpdir(), "fettle-embedded-"));
  });
  beforeEach(() => {
    dataDir = join(shared, "postgres");
  });
  afterAll(() => rm(shared, { recursive: true, force: true }));
}

/** For a test of such a block that needs one where nothing has been. */
function onItsOwnDirectory(): void {
  dataDir = join(parent, "postgres");
}

async function start(settings: Record<string, string> = {}, timeoutMs = 20_000): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, log: silentLog, settings, timeoutMs });
  started.push(server);
  return server;
}

async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  const sql = connect(url, { ...TEST_CONNECTION, max: 1 });
  try {
    return [...(await sql.unsafe<Row[]>(text))];
  } finally {
    await sql.end();
  }
}

async function serverPid(): Promise<number | undefined> {
  const text = await readFile(join(dataDir, "data", "postmaster.pid"), "utf8").catch(() => "");
  return Number(text.split("\n")[0]) || undefined;
}

/** A process of its own that owns the server. */
async function startOwner(
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ child: ChildProcess; url: string }> {
  const fixture = fileURLToPath(new URL("../fixtures/embedded-owner.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", fixture, dataDir], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const [line] = (await once(child.stdout!, "data")) as [Buffer];
  return { child, url: (JSON.parse(line.toString()) as { url: string }).url };
}

describe("a first start", () => {
  test("makes a server that keeps its data for the next start", async () => {
    const first = await start();
    expect(first.adopted).toBe(false);
    await query(first.url, "create table kept (x int); insert into kept values (42)");
    await first.stop();
    const second = await start();
    expect(await query(second.url, "select x from kept")).toEqual([{ x: 42 }]);
  });

  test("refuses a directory that holds something else, and leaves it alone", async () => {
    await mkdir(dataDir);
    await writeFile(join(dataDir, "thesis.txt"), "precious");
    await expect(start()).rejects.toMatchObject({ code: "embedded-postgres", message: /not empty/ });
    expect(await readFile(join(dataDir, "thesis.txt"), "utf8")).toBe("precious");
  });

  test("that fails says what the server said, and names the way out", async () => {
    const attempt = start({ shared_buffers: "plenty" });
    await expect(attempt).rejects.toMatchObject({
      code: "embedded-postgres",
      message: expect.stringContaining("shared_buffers"),
      hint: expect.stringContaining("DATABASE_URL"),
    });
    expect((await start()).adopted).toBe(false);
  });

  describe("makes a server that", () => {
    onOneDirectory();

    test("lets nobody in without the random password, which only its user can read", async () => {
      const server = await start();
      const password = await stat(join(dataDir, "password"));
      expect(password.mode & 0o777).toBe(0o600);
      const url = new URL(server.url);
      expect(url.password).toMatch(/^[0-9a-f]{64}$/);
      url.password = "guess";
      await expect(query(url.href, "select 1")).rejects.toMatchObject({ code: "28P01" });
      const rules = await query<{ auth_method: string }>(
        server.url,
        "select distinct auth_method from pg_hba_file_rules",
      );
      expect(rules).toEqual([{ auth_method: "scram-sha-256" }]);
    });

    test("listens on loopback alone, without a socket file, and writes through to the disk", async () => {
      const server = await start();
      const [row] = await query(
        server.url,
        `select current_setting('listen_addresses') as listen, current_setting('unix_socket_directories') as sockets,
                current_setting('fsync') as fsync, current_setting('synchronous_commit') as sync`,
      );
      expect(row).toEqual({ listen: "127.0.0.1", sockets: "", fsync: "on", sync: "on" });
      for (const { address } of Object.values(networkInterfaces()).flatMap((list) => list ?? [])) {
        if (address.startsWith("127.")) continue;
        const socket = connectTcp(Number(new URL(server.url).port), address);
        const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
        expect(error.code).toMatch(/ECONNREFUSED|EINVAL|ENETUNREACH/);
      }
    });
  });
});

describe("a second process on the same directory", () => {
  onOneDirectory();

  test("adopts the running server, and leaves it running when it stops", async () => {
    // Its owner is killed in the end, and the next test would wait for the server to notice.
    onItsOwnDirectory();
    const { url } = await startOwner();
    const adopter = await start();
    expect(adopter).toMatchObject({ adopted: true, url });
    await adopter.stop();
    expect(await query(url, "select 1 as x")).toEqual([{ x: 1 }]);
  });

  test("is told when the owner goes away", async () => {
    const owner = await start();
    const adopter = await start();
    await owner.stop();
    expect(await adopter.lost).toMatchObject({
      code: "embedded-postgres",
      message: expect.stringContaining("has stopped"),
      hint: expect.stringContaining("DATABASE_URL"),
    });
  });

  test("one connection of the adopter that is cut is no reason for alarm", async () => {
    const owner = await start();
    const adopter = await start();
    let alarm = false;
    void adopter.lost.then(() => {
      alarm = true;
    });
    await query(
      owner.url,
      "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'",
    );
    const reconnected =
      "select 1 from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'";
    await waitFor(async () => (await query(owner.url, reconnected)).length > 0);
    expect(alarm).toBe(false);
  });

  test("starts at the same moment as others: one owns the server, all use it", async () => {
    onItsOwnDirectory();
    const servers = await Promise.all([start(), start(), start()]);
    expect(servers.filter(({ adopted }) => !adopted)).toHaveLength(1);
    expect(new Set(servers.map(({ url }) => url)).size).toBe(1);
  });

  test("is refused clearly when the running server does not answer", async () => {
    await start();
    const pid = (await serverPid())!;
    process.kill(pid, "SIGSTOP");
    try {
      await expect(start({}, 500)).rejects.toMatchObject({
        code: "embedded-postgres",
        message: expect.stringContaining(`process ${pid}`),
      });
    } finally {
      process.kill(pid, "SIGCONT");
    }
  });
});

describe("after a crash", () => {
  onOneDirectory();

  test("kill -9 of the owner ends its server, and no committed row is lost", async () => {
    const { child, url } = await startOwner();
    const pid = (await serverPid())!;
    await query(url, "create table of_owner (x int); insert into of_owner values (7)");
    child.kill("SIGKILL");
    await waitFor(async () => (await commandLine(pid)) === "", { what: "the server's end" });
    const next = await start();
    expect(next.adopted).toBe(false);
    expect(await query(next.url, "select x from of_owner")).toEqual([{ x: 7 }]);
  });

  test("the same holds where there is no setpriv", async () => {
    onItsOwnDirectory();
    await chmod(parent, 0o755);
    const { child } = await startOwner({ ...process.env, PATH: "/nonexistent" });
    const pid = (await serverPid())!;
    child.kill("SIGKILL");
    await waitFor(async () => (await commandLine(pid)) === "", { what: "the server's end" });
  });

  test("kill -9 of the server is reported with its log, and the next start recovers", async () => {
    const first = await start();
    await query(first.url, "create table of_server (x int); insert into of_server values (8)");
    process.kill((await serverPid())!, "SIGKILL");
    expect(await first.lost).toMatchObject({ code: "embedded-postgres" });
    const next = await start();
    expect(await query(next.url, "select x from of_server")).toEqual([{ x: 8 }]);
  });

  test.each([
    ["is dead", 2 ** 22 - 1],
    ["now belongs to another program", process.pid],
  ])("a pid file whose process %s is no obstacle", async (_, pid) => {
    await (await start()).stop();
    const lines = [pid, join(dataDir, "data"), 1_700_000_000, 1, "", "127.0.0.1", "  0  0", "ready   "];
    const file = join(dataDir, "data", "postmaster.pid");
    await writeFile(file, `${lines.join("\n")}\n`, { mode: 0o600 });
    expect((await start()).adopted).toBe(false);
    expect(processLives(process.pid)).toBe(true);
  });

  test("a cluster whose making was cut short is made again, and its remains are removed", async () => {
    onItsOwnDirectory();
    const remains = `${dataDir}.init-${2 ** 22 - 1}-00000000`;
    await mkdir(join(remains, "data"), { recursive: true });
    expect((await start()).adopted).toBe(false);
    await expect(lstat(remains)).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("the programs", () => {
  const run = promisify(execFile);

  async function packageWithoutLinks(): Promise<string> {
    const { directory } = await findBinaries(join(parent, "unused"));
    const copy = join(parent, "package", "native");
    const isNoLink = async (path: string) => !(await lstat(path)).isSymbolicLink();
    await cp(directory, copy, { recursive: true, filter: isNoLink });
    return copy;
  }

  test("run where the package's install script did not", async () => {
    const directory = await packageWithoutLinks();
    const binaries = await findBinaries(join(parent, "links"), directory);
    await expect(run(binaries.postgres, ["--version"], { env: {} })).rejects.toThrow(
      "cannot open shared object",
    );
    const { stdout } = await run(binaries.postgres, ["--version"], { env: binaries.environment });
    expect(stdout).toMatch(/PostgreSQL/);
  });

  test.runIf(isRoot)("root becomes nobody where nobody can reach everything", async () => {
    await chmod(parent, 0o755);
    const server = await start();
    expect((await stat(join(dataDir, "data"))).uid).toBe(65534);
    expect((await stat(join(dataDir, "password"))).uid).toBe(0);
    expect(await query(server.url, "select 1 as x")).toEqual([{ x: 1 }]);
  });

  test.runIf(isRoot)("data made as nobody work in a user namespace, and the other way round", async () => {
    await chmod(parent, 0o755);
    const first = await start();
    await query(first.url, "create table kept (x int)");
    await first.stop();
    await chmod(parent, 0o700);
    const second = await start();
    expect((await stat(join(dataDir, "data"))).uid).toBe(0);
    await query(second.url, "insert into kept values (1)");
    await second.stop();
    await chmod(parent, 0o755);
    expect(await query((await start()).url, "select x from kept")).toEqual([{ x: 1 }]);
  });

  test.runIf(isRoot)("without user namespaces, programs that nobody can reach are copied", async () => {
    const directory = await packageWithoutLinks();
    await chmod(join(parent, "package"), 0o700);
    await chmod(parent, 0o755);
    const installed = await findBinaries(join(parent, "links"), directory);
    const path = process.env.PATH;
    process.env.PATH = "/nonexistent";
    try {
      const { account, binaries } = await chooseAccount(installed, parent);
      expect(account).toBe("nobody");
      expect(binaries.directory.startsWith(join(parent, "package"))).toBe(false);
      const { stdout } = await run(binaries.postgres, ["--version"], {
        env: binaries.environment,
        uid: 65534,
        gid: 65534,
        cwd: "/",
      });
      expect(stdout).toMatch(/PostgreSQL/);
    } finally {
      process.env.PATH = path;
    }
  });
});
