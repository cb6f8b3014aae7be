// The site under test: a server a worker, with a database of its own, and the
// rule that no page may complain. Import `test` from here instead of Playwright.
import { test as base, expect, type Page } from "@playwright/test";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const binary = resolve(__dirname, "../../target/release/silhouette");
export const password = "correct horse battery";

// A worker signs up more people than one address may.
const env = { ...process.env, RUST_LOG: "error", SILHOUETTE_LIMITS: "off" };

/** Starts a server on a database, with the built-in schema or another one. */
export async function start(database: string, ...flags: string[]): Promise<{ server: ChildProcess; url: string }> {
  const server = spawn(binary, ["serve", "--addr", "127.0.0.1:0", "--database", database, ...flags], {
    stdio: ["ignore", "pipe", "inherit"],
    env,
  });
  for await (const line of createInterface({ input: server.stdout! })) {
    const [, url] = line.match(/listens on (http:\S+)/) ?? [];
    if (url) return { server, url };
  }
  throw new Error("the server ended before it listened");
}

/** Gives a user another role, as the operator does. */
export function grantIn(database: string, username: string, role: string, ...flags: string[]) {
  execFileSync(binary, ["user", "role", username, role, "--database", database, ...flags], { env });
}

/** Ends a server, and waits for its end. */
export async function stop(server: ChildProcess) {
  const ended = new Promise((done) => server.once("exit", done));
  server.kill("SIGTERM");
  await ended;
}

let names = 0;

type Fixtures = {
  /** A username that nobody has yet. */
  username: string;
  /** Fails the test if a page logs an error or breaks its security policy. */
  quiet: string[];
  /** Whether this project runs scripts. */
  scripts: boolean;
  /** Gives a user another role, as the operator does. */
  grant: (username: string, role: string) => void;
};

export const test = base.extend<Fixtures, { database: string; site: string }>({
  database: [
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), "silhouette-"));
      await use(join(folder, "test.db"));
      rmSync(folder, { recursive: true });
    },
    { scope: "worker" },
  ],
  site: [
    async ({ database }, use) => {
      const { server, url } = await start(database);
      await use(url);
      await stop(server);
    },
    { scope: "worker" },
  ],
  grant: async ({ database }, use) =>
    use((username, role) => grantIn(database, username, role)),
  baseURL: async ({ site }, use) => use(site),
  username: async ({}, use, info) => use(`maya-${info.workerIndex}-${names++}`),
  scripts: async ({}, use, info) => use(info.project.name !== "no-script"),
  quiet: [
    async ({ context }, use) => {
      const complaints: string[] = [];
      const listen = (page: Page) => {
        page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
        page.on("console", (message) => {
          // The browser logs every answer of 4xx, which some tests ask for.
          const expected = /Failed to load resource: the server responded with a status of (401|403|404|409|413|422)/;
          if (["error", "warning"].includes(message.type()) && !expected.test(message.text())) {
            complaints.push(`${message.type()}: ${message.text()}`);
          }
        });
      };
      context.on("page", listen);
      await use(complaints);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Signs somebody up, by the form, and ends on their new profile. */
export async function signUp(page: Page, username: string) {
  await page.goto("/signup");
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL("/profile");
}

/** Where there is script, waits until the page listens. */
export async function hydrated(page: Page, scripts: boolean) {
  if (scripts) await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
}

/** Opens the editor, and where there is script waits until it listens. */
export async function openEditor(page: Page, scripts: boolean) {
  await page.goto("/profile/edit");
  await hydrated(page, scripts);
}

/** The choice of who sees a field. */
export const seenBy = (page: Page, key: string) => page.locator(`select[name="${key}.audience"]`);

export const save = (page: Page) => page.getByRole("button", { name: "Save profile" }).click();
