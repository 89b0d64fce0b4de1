import { writeFile } from "node:fs/promises";
import { GENERATED_PAGES } from "./docs-pages.ts";

/** Writes the pages of docs/ that are made from the code. A test compares them with what this would write. */
const root = new URL("..", import.meta.url);
for (const [path, page] of Object.entries(GENERATED_PAGES))
  await writeFile(new URL(path, root), await page());
