import { expect, test } from "vitest";
import { createCordon, isDiskFull } from "../../agents/cordon.ts";

test("a host with enough disk is fit, one without it is not, and each change is told once", async () => {
  const fit = createCordon("/tmp", 0);
  expect(await fit.check()).toBe(false);
  expect(fit.reason()).toBeNull();
  const unfit = createCordon("/tmp", 1e9);
  expect(await unfit.check()).toBe(true);
  expect(await unfit.check()).toBe(false);
  expect(unfit.reason()).toMatch(/has \d+ MB free, \d+ MB are needed/);
});

test("a failed write makes a host unfit at once, until a look finds space again", async () => {
  const cordon = createCordon("/tmp", 0);
  cordon.diskFull();
  expect(cordon.reason()).toContain("is full");
  expect(await cordon.check()).toBe(true);
  expect(cordon.reason()).toBeNull();
});

test("a state directory that is gone makes a host unfit", async () => {
  const cordon = createCordon("/no/such/directory", 0);
  await cordon.check();
  expect(cordon.reason()).toContain("not usable");
});

test("a full disk is recognised behind other errors", () => {
  const full = Object.assign(new Error("write"), { code: "ENOSPC" });
  expect(isDiskFull(new Error("could not start", { cause: full }))).toBe(true);
  expect(isDiskFull(new Error("could not start"))).toBe(false);
});
