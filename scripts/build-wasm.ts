import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compileKernel, renderModule } from "./compile-wasm.ts";

/** Compiles math/wasm/assembly and writes math/wasm/kernel.generated.ts. */

const target = fileURLToPath(new URL("../math/wasm/kernel.generated.ts", import.meta.url));
writeFileSync(target, renderModule(await compileKernel()));
