import preact from "@preact/preset-vite";
import { defineConfig } from "vite";
import { precompress } from "./precompress.ts";

/** Built into dist/web, where the API finds it. `npx vite web` serves it for development, the API's calls passed on. */
const API = process.env.FETTLE_URL ?? "http://127.0.0.1:7420";
/** The API takes changes from pages of its own origin alone, so that is what it is told. */
const PROXY = { target: API, changeOrigin: true, headers: { origin: API } };

/**
 * What pages share, but for the larger kinds of charts: one file, for a dozen small ones would wait for each other's requests.
 */
const COMMON =
  /\/web\/(?:api|app|ui)\/|\/web\/charts\/(?:figure|use-width|scale|colors|hover-card)\.|\/openapi-fetch\//;

export default defineConfig({
  root: import.meta.dirname,
  plugins: [preact(), precompress()],
  build: {
    outDir: "../dist/web",
    emptyOutDir: true,
    target: "es2022",
    // The policy of the page allows no inline scripts, and its assets are small enough as files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: "common", test: COMMON, minShareCount: 2 }] } },
    },
  },
  server: { proxy: { "/v1": PROXY, "/openapi.json": PROXY } },
});
