import { createRequire } from "node:module";

/** Fettle's version. The package file lies one folder up from here, in the source tree and in the bundle alike. */
export const VERSION: string = createRequire(import.meta.url)("../package.json").version;
