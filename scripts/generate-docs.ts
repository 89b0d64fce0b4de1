import { writeFile } from "node:fs/promises";
import { errorsPage } from "../api/errors-page.ts";

/** Writes the pages of docs/ that are made from the code. A test compares them with what this would write. */
const PAGES: Readonly<Record<string, () => string>> = {
  "docs/errors.md": errorsPage,
};

const root = new URL("..", import.meta.url);
for (const [path, page] of Object.entries(PAGES)) await writeFile(new URL(path, root), page());
