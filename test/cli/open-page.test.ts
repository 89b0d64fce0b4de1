import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openerOf, openPage } from "../../cli/open-page.ts";
import { fakeBrowser } from "../support/fake-browser.ts";

const url = "http://127.0.0.1:7420/studies/digits";

describe("the program that shows a page", () => {
  test.each([
    ["linux", { DISPLAY: ":0" }, ["xdg-open", url]],
    ["linux", { WAYLAND_DISPLAY: "wayland-0" }, ["xdg-open", url]],
    ["linux", {}, null],
    ["linux", { DISPLAY: "" }, null],
    ["darwin", {}, ["open", url]],
    ["win32", {}, ["cmd", "/c", "start", "", url]],
  ] as const)("on %s with %j is %j", (platform, env, argv) => {
    expect(openerOf(url, { platform, env })).toEqual(argv);
  });

  test.each([
    ["firefox", ["firefox", url]],
    ["  firefox  --new-window ", ["firefox", "--new-window", url]],
    ["chromium --app=%s --incognito", ["chromium", `--app=${url}`, "--incognito"]],
    ["x;y $(z)", ["x;y", "$(z)", url]],
  ])("is what BROWSER says, %j, word by word and with no shell", (BROWSER, argv) => {
    for (const platform of ["linux", "darwin", "win32"] as const) {
      expect(openerOf(url, { platform, env: { BROWSER } })).toEqual(argv);
    }
  });

  test("is none on Windows for an address that cmd would read more into", () => {
    for (const character of "&|<>^%\"' ") {
      expect(openerOf(`${url}${character}calc`, { platform: "win32", env: {} })).toBeNull();
    }
  });

  test("is given a dollar sign of the address as it is", () => {
    const opener = openerOf("http://h/$&", { platform: "linux", env: { BROWSER: "b %s" } });
    expect(opener).toEqual(["b", "http://h/$&"]);
  });
});

describe("opening a page", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "fettle-open-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const open = (BROWSER: string) =>
    openPage(url, { platform: "linux", env: { PATH: process.env.PATH, BROWSER } });

  test("hands it to the browser", async () => {
    const browser = fakeBrowser(folder);
    expect(await open(browser.path)).toBeNull();
    expect(browser.called()).toEqual([url]);
  });

  test("says that the browser failed", async () => {
    const { path } = fakeBrowser(folder, 3);
    expect(await open(path)).toBe(`${path} ended with 3`);
  });

  test("says that there is no such program", async () => {
    expect(await open(join(folder, "nothing"))).toBe(`${join(folder, "nothing")}: ENOENT`);
  });

  test("says that there is no display", async () => {
    expect(await openPage(url, { platform: "linux", env: {} })).toBe("there is no display");
  });

  test("does not wait for a program that is the browser itself", async () => {
    const sleeper = `${process.execPath} --eval=setTimeout(()=>{},4000)`;
    const started = performance.now();
    expect(await open(sleeper)).toBeNull();
    expect(performance.now() - started).toBeLessThan(3900);
  });
});
