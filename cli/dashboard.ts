import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { FettleError } from "../core/errors.ts";
import { PACKAGE_ROOT } from "./package.ts";

/** The dashboard's files as the build leaves them; null in a source tree that was not built. */
export function dashboardFolder(): string | null {
  const folder = fileURLToPath(new URL("dist/web", PACKAGE_ROOT));
  return existsSync(folder) ? folder : null;
}

/** @throws FettleError "invalid-config" where there is no dashboard to show. */
export function assertDashboardBuilt(): void {
  if (dashboardFolder() !== null) return;
  throw new FettleError("invalid-config", "The dashboard is not built in this source tree.", {
    hint: "Build it with `npm run build`, then try again.",
  });
}

/** Where a person looks at a study of the default project. */
export function studyPage(url: string, study: string): string {
  return `${url}/studies/${encodeURIComponent(study)}`;
}
