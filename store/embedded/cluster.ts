import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chown, lstat, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { FettleError } from "../../core/errors.ts";
import { type Account, NOBODY } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { launch } from "./launch.ts";
import { processLives } from "./process.ts";

/** What the data directory holds. */
export interface Cluster {
  /** PostgreSQL's own directory. */
  data: string;
  /** The superuser's password, readable by this user alone. */
  password: string;
  log: string;
}

/** The superuser, and so the owner of everything. */
export const USER = "fettle";

export function clusterIn(dataDir: string): Cluster {
  return {
    data: join(dataDir, "data"),
    password: join(dataDir, "password"),
    log: join(dataDir, "server.log"),
  };
}

/**
 * Makes the cluster unless there is one. It is built beside and renamed into place, so that it is whole or absent
 * after a crash at any moment, and of several processes one wins.
 */
export async function ensureCluster(dataDir: string, account: Account, binaries: Binaries): Promise<Cluster> {
  const cluster = clusterIn(dataDir);
  if (!(await exists(join(cluster.data, "PG_VERSION")))) await createCluster(dataDir, account, binaries);
  await giveTo(account, cluster.data);
  return cluster;
}

async function createCluster(dataDir: string, account: Account, binaries: Binaries): Promise<void> {
  const files = await readdir(dataDir).catch(() => []);
  if (files.length > 0) {
    throw new FettleError("embedded-postgres", `${dataDir} is not empty and holds no PostgreSQL data.`, {
      hint: "Choose another data directory, or move those files away.",
    });
  }
  await removeAbandoned(dataDir);
  const partial = `${dataDir}.init-${process.pid}-${randomBytes(4).toString("hex")}`;
  await mkdir(partial, { recursive: true, mode: account === "nobody" ? 0o711 : 0o700 });
  const building = clusterIn(partial);
  await initialise(building, account, binaries);
  try {
    await rename(partial, dataDir);
  } catch (cause) {
    await rm(partial, { recursive: true, force: true });
    // Another process was first: its cluster is as good.
    if (!(await exists(join(dataDir, "data", "PG_VERSION")))) throw cause;
  }
}

async function initialise(cluster: Cluster, account: Account, binaries: Binaries): Promise<void> {
  const password = randomBytes(32).toString("hex");
  await writeFile(cluster.password, password, { mode: 0o600 });
  await mkdir(cluster.data, { mode: 0o700 });
  // The account of the program reads this copy; the original stays with this user.
  const passwordForInit = `${cluster.password}.init`;
  await writeFile(passwordForInit, password, { mode: 0o600 });
  if (account === "nobody") {
    await chown(cluster.data, NOBODY, NOBODY);
    await chown(passwordForInit, NOBODY, NOBODY);
  }
  await runInitdb(cluster.data, passwordForInit, account, binaries);
  await rm(passwordForInit);
}

async function runInitdb(
  data: string,
  passwordFile: string,
  account: Account,
  binaries: Binaries,
): Promise<void> {
  const args = [
    `--pgdata=${data}`,
    `--username=${USER}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    // The same order of texts on every machine, whatever its C library.
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
  ];
  const { child, release } = launch(account, binaries, binaries.initdb, args, ["ignore", "pipe", "pipe"]);
  let output = "";
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-4000);
    });
  }
  const [code] = (await once(child, "close").catch((cause: NodeJS.ErrnoException) => {
    throw notExecutable(binaries.initdb, cause);
  })) as [number | null];
  release();
  if (code !== 0) {
    throw new FettleError(
      "embedded-postgres",
      `PostgreSQL could not create its data in ${data}:\n${output.trim()}`,
      {
        hint: "Set DATABASE_URL to a PostgreSQL server (13 or newer) instead.",
      },
    );
  }
}

/** ENOENT for a file that is there: its loader is missing, as on musl (Alpine). */
export function notExecutable(program: string, cause: NodeJS.ErrnoException): FettleError {
  const why =
    cause.code === "ENOENT"
      ? "the system lacks the GNU C library (Alpine and other musl systems do)"
      : cause.message;
  return new FettleError("embedded-postgres", `${program} cannot be run: ${why}.`, {
    cause,
    hint: "Set DATABASE_URL to a PostgreSQL server (13 or newer) instead.",
  });
}

/** What other processes left when they were killed while they built a cluster. */
async function removeAbandoned(dataDir: string): Promise<void> {
  const parent = dirname(dataDir);
  const prefix = `${basename(dataDir)}.init-`;
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix) || processLives(Number.parseInt(name.slice(prefix.length), 10))) continue;
    await rm(join(parent, name), { recursive: true, force: true });
  }
}

/** PostgreSQL insists on owning its directory; an earlier run may have had another account. */
async function giveTo(account: Account, data: string): Promise<void> {
  if (account === "self") return;
  const owner = account === "nobody" ? NOBODY : 0;
  if ((await stat(data)).uid === owner) return;
  await chown(dirname(data), 0, 0);
  await chownTree(data, owner);
}

async function chownTree(path: string, owner: number): Promise<void> {
  await chown(path, owner, owner);
  if (!(await lstat(path)).isDirectory()) return;
  for (const name of await readdir(path)) await chownTree(join(path, name), owner);
}

export async function readPassword(cluster: Cluster): Promise<string> {
  return (await readFile(cluster.password, "utf8")).trim();
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
