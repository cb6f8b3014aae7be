// Three ways to meet the site: a browser with everything, one without script,
// and a phone. Each test runs against a server of its own worker, with a fresh
// database, so that no test knows of another. docs/browser-tests.md says what runs where.
import { defineConfig, devices } from "@playwright/test";
import { existsSync } from "node:fs";

// The system's Chromium if there is one, else the browser that ./setup got. The one
// without windows takes half the work.
const system = ["chromium-headless-shell", "chromium", "chromium-browser"].map((name) => `/usr/bin/${name}`).find(existsSync);
export const launchOptions = {
  executablePath: system,
  args: [
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    "--disable-gpu",
    // No process in reserve, which most tests would not use; the pages of a context share one.
    "--renderer-process-limit=1",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

/** Whether every test runs in every way to meet the site, and every page in every look. */
export const long = !!process.env.TEST_LONG;

/** Else what may differ there: a file as a whole, or tests with its tag. */
const differs = (there: RegExp) => (long ? undefined : there);

export default defineConfig({
  testDir: "tests",
  workers: 2,
  timeout: 30_000,
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  reporter: [["list"]],
  // Fading from page to page would be most of what a machine without a graphics card does.
  use: { screenshot: "only-on-failure", locale: "en-GB", launchOptions, contextOptions: { reducedMotion: "reduce" } },
  projects: [
    { name: "wasm", testIgnore: "plain.spec.ts", use: { ...devices["Desktop Chrome"], launchOptions } },
    {
      name: "no-script",
      testIgnore: ["island.spec.ts", "passwords.spec.ts"],
      grep: differs(/\b(back|plain)\.spec|@no-script/),
      grepInvert: /@once|@script/,
      use: { ...devices["Desktop Chrome"], launchOptions, javaScriptEnabled: false },
    },
    {
      name: "mobile",
      testIgnore: ["plain.spec.ts", "foreign.spec.ts"],
      grep: differs(/\bkeyboard\.spec|@mobile/),
      grepInvert: /@once/,
      use: { ...devices["Pixel 7"], launchOptions },
    },
  ],
});
