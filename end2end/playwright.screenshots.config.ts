// Screenshots of every page in every state, to be looked at, and the README's own.
// Written to screenshots/LOOK/STATE.png, and of each look a sheet with all of them.
import { defineConfig, devices } from "@playwright/test";
import { launchOptions } from "./playwright.config";
import type { Look } from "./shots/looks";
import type { Options } from "./tests/site";

const desktop = { ...devices["Desktop Chrome"], launchOptions };
const readme = { ...desktop, viewport: { width: 1200, height: 860 } };

const looks: Record<Look, { use: object; grep?: RegExp }> = {
  light: { use: desktop },
  dark: { use: { ...desktop, colorScheme: "dark" } },
  phone: { use: { ...devices["Pixel 7"], launchOptions } },
  arabic: { use: { ...desktop, language: "ar" } },
  // Whether its long words fit; a few pages tell.
  german: {
    use: { ...desktop, language: "de" },
    grep: / (welcome|sign up, refused|appearance|own profile, full|edit, refused|picture|settings|sessions|delete)$/,
  },
};

export default defineConfig<Options>({
  testDir: "shots",
  workers: 2,
  timeout: 60_000,
  fullyParallel: true,
  reporter: [["line"]],
  use: { locale: "en-GB", contextOptions: { reducedMotion: "reduce" } },
  projects: [
    ...Object.entries(looks).map(([name, look]) => ({ name, testMatch: "states.ts", ...look })),
    { name: "readme", testMatch: "readme.ts", use: readme },
  ],
  globalTeardown: "./shots/sheets.ts",
});
