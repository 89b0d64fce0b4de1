import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { FettleError } from "../../core/errors.ts";
import { type Binaries, copyBinaries } from "./binaries.ts";

/** PostgreSQL refuses to run as root. This is `nobody` everywhere: an account that owns nothing else. */
export const NOBODY = 65534;

/**
 * Under which account the programs run: `self`, the present user; `nobody`, another user, who must reach programs and
 * data; `namespace`, root that looks like nobody to itself, in a user namespace, and so keeps root's access.
 */
export type Account = "self" | "nobody" | "namespace";

/**
 * The account for this process, and the programs for it. `parent` is the folder that holds the data directory.
 * @throws FettleError "embedded-postgres" when root can find no way.
 */
export async function chooseAccount(
  binaries: Binaries,
  parent: string,
): Promise<{ account: Account; binaries: Binaries }> {
  if (process.getuid?.() !== 0) return { account: "self", binaries };
  const dataReachable = await nobodyReaches(parent);
  if (dataReachable && (await nobodyReaches(binaries.directory))) return { account: "nobody", binaries };
  if (await namespaceWorks()) return { account: "namespace", binaries };
  if (dataReachable) return { account: "nobody", binaries: await copyBinaries(binaries, parent) };
  throw new FettleError(
    "embedded-postgres",
    `PostgreSQL does not run as root, and no other user can enter ${parent}.`,
    {
      hint: "Run Fettle as an ordinary user, choose a data directory that others can enter, or set DATABASE_URL.",
    },
  );
}

/** The command that becomes `program` under the account, without a process in between. */
export function commandFor(account: Account, program: string, args: readonly string[]): readonly string[] {
  if (account !== "namespace") return [program, ...args];
  return ["unshare", ...NAMESPACE, program, ...args];
}

const NAMESPACE = ["--user", `--map-user=${NOBODY}`, `--map-group=${NOBODY}`];

async function namespaceWorks(): Promise<boolean> {
  return await promisify(execFile)("unshare", [...NAMESPACE, "true"]).then(
    () => true,
    () => false,
  );
}

/** Whether everyone may enter the folder and each one above it. */
async function nobodyReaches(folder: string): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    const { mode } = await stat(at);
    if ((mode & 0o001) === 0) return false;
    if (dirname(at) === at) return true;
  }
}
