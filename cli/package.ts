import { createRequire } from "node:module";

/** The package's root: one folder up from here, in the source tree and in the bundle alike. */
export const PACKAGE_ROOT = new URL("..", import.meta.url);

export const VERSION: string = createRequire(import.meta.url)("../package.json").version;
