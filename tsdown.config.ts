import { readFileSync } from "node:fs";
import { defineConfig } from "tsdown";

const { dependencies } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as {
  dependencies: Record<string, string>;
};

export default defineConfig({
  entry: {
    fettle: "cli/main.ts",
    // Loaded as a worker thread, by its path beside the bundle.
    "suggest-worker": "scheduler/suggest-worker.ts",
  },
  outDir: "dist",
  format: "esm",
  platform: "node",
  target: "node20",
  // "type": "module" makes .js the extension of modules. Each `await import()` stays a file of its own, so that
  // `fettle --help` loads no server.
  fixedExtension: false,
  dts: false,
  // npm installs them; bundling any of them made no start faster.
  deps: { neverBundle: Object.keys(dependencies) },
  // To dist/migrations, where the bundled store looks.
  copy: ["store/migrations"],
});
