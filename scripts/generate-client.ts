import { writeFile } from "node:fs/promises";
import { clientTypes } from "./client-types.ts";

/** Writes the types of the dashboard's API client. A test compares them with what this would write. */
await writeFile(new URL("../web/api/schema.d.ts", import.meta.url), await clientTypes());
