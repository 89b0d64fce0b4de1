import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { clientTypes } from "../../scripts/client-types.ts";

test("web/api/schema.d.ts is what the OpenAPI document says (npm run client)", async () => {
  expect(readFileSync(new URL("../../web/api/schema.d.ts", import.meta.url), "utf8")).toBe(
    await clientTypes(),
  );
});
