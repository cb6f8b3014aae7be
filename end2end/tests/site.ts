// The site under test: a server a worker, with a database of its own, and the
// rule that no page may complain. Import `test` from here instead of Playwright.
// TEST_DATABASE names a PostgreSQL that the databases are made in; else they are files.
import { test as base, expect, type BrowserContext, type Page } from "@playwright/test";
import { type ParsedMail, simpleParser } from "mailparser";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const binary = resolve(__dirname, "../../target/release/silhouette");
export const password = "correct horse battery";

// A worker signs up more people than one address may. What is said to the tests is no setting,
// and the program would not start with it.
const { TEST_LONG: _, TEST_DATABASE: postgres, ...around } = process.env;
const env = { ...around, RUST_LOG: "error", SILHOUETTE_LIMITS: "off" };

/** What the servers of this worker should never have said. */
const panics: string[] = [];

/** A database that no program has seen yet, and the folder its program runs in. */
export type Database = { name: string; folder: string };

export function newDatabase(): Database {
  const folder = mkdtempSync(join(tmpdir(), "silhouette-"));
  mkdirSync(join(folder, "data"));
  if (!postgres) return { name: join(folder, "data", "test.db"), folder };
  const url = new URL(postgres);
  url.pathname = `test_${randomUUID().replaceAll("-", "")}`;
  execFileSync("psql", ["--quiet", "--command", `CREATE DATABASE ${url.pathname.slice(1)} TEMPLATE template0`, postgres]);
  return { name: url.href, folder };
}

/** Deletes the folder; what is in PostgreSQL goes with the server of the tests. */
export const erase = ({ folder }: Database) => rmSync(folder, { recursive: true });

type Running = { server: ChildProcess; url: string };

/** Starts a server on a database, with the built-in schema or another one. */
export const start = (database: Database, ...flags: string[]) => startWith({}, database, ...flags);

/** The same, with variables of its own. */
export async function startWith(variables: NodeJS.ProcessEnv, database: Database, ...flags: string[]): Promise<Running> {
  const where = flags.includes("--addr") ? [] : ["--addr", "127.0.0.1:0"];
  const server = spawn(binary, ["serve", ...where, "--database", database.name, ...flags], {
    cwd: database.folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...env, ...variables },
  });
  // All it says is a complaint, but for where it has put a mail.
  const tell = (line: string) => {
    if (line.includes(" panicked at ")) panics.push(line);
    if (!line.includes("  in the email ")) console.error(line);
  };
  createInterface({ input: server.stderr! }).on("line", tell);
  for await (const line of createInterface({ input: server.stdout! })) {
    const [, url] = line.match(/listens on (http:\S+)/) ?? [];
    if (url) return { server, url };
  }
  throw new Error("the server ended before it listened");
}

/** Gives a user another role, as the operator does. */
export function grantIn(database: Database, username: string, role: string, ...flags: string[]) {
  execFileSync(binary, ["user", "role", username, role, "--database", database.name, ...flags], { env });
}

/** Ends a server, and waits for its end. */
export async function stop(server: ChildProcess) {
  const ended = new Promise((done) => server.once("exit", done));
  server.kill("SIGTERM");
  await ended;
}

/** The mails that a server without SMTP has written, the newest first. */
export async function mailsOf(database: Database): Promise<ParsedMail[]> {
  const folder = join(database.folder, "data", "mail");
  const files = existsSync(folder) ? readdirSync(folder).sort().reverse() : [];
  return Promise.all(files.map((file) => simpleParser(readFileSync(join(folder, file)))));
}

export const isTo = (mail: ParsedMail, address: string) => [mail.to ?? []].flat().some((to) => to.text === address);

/** The link that stands in a mail, on a line of its own. */
export const linkIn = (mail?: ParsedMail) => mail?.text?.match(/^http:\S+$/m)?.[0];

let names = 0;

export type Language = "en" | "de" | "ar";

export type Options = {
  /** What was chosen on the site; else it is that of the browser. */
  language: Language | undefined;
};

type Fixtures = {
  /** A username that nobody has yet. */
  username: string;
  /** Fails the test if a page, in whatever context, logs an error or breaks its security policy, or if a server panics. */
  quiet: string[];
  /** Chooses the language of the test. */
  chosen: void;
  /** Whether this project runs scripts. */
  scripts: boolean;
  /** Gives a user another role, as the operator does. */
  grant: (username: string, role: string) => void;
  /** Has somebody sign up who waits for approval. */
  enqueue: (username: string, email?: string) => Promise<void>;
  /** Waits until every mail that was asked for has been written, and gives them all, the newest first. */
  mails: () => Promise<ParsedMail[]>;
  /** Waits for a mail to that address with a link to that path, and gives the newest one's. */
  link: (address: string, path: string) => Promise<string>;
};

export const test = base.extend<Fixtures & Options, { database: Database; site: string }>({
  database: [
    async ({}, use) => {
      const database = newDatabase();
      await use(database);
      erase(database);
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
  // By a server beside the other one, on the same database, where new users are approved.
  enqueue: async ({ database, playwright }, use) =>
    use(async (username, email = "") => {
      const { server, url } = await start(database, "--sign-up", "approved");
      const request = await playwright.request.newContext({ baseURL: url });
      await submit({ request }, "/signup", { username, email, password });
      await request.dispose();
      await stop(server);
    }),
  mails: async ({ database, link, playwright, site }, use) =>
    use(async () => {
      // They are written in their order: once the last one is there, so are the others.
      const request = await playwright.request.newContext({ baseURL: site });
      const last = `last-${names++}`;
      await submit({ request }, "/signup", { username: last, email: `${last}@example.net`, password });
      await link(`${last}@example.net`, "/verify/");
      await request.dispose();
      return mailsOf(database);
    }),
  link: async ({ database, site }, use) =>
    use(async (address, path) => {
      let link: string | undefined;
      const look = async () => {
        const links = (await mailsOf(database)).filter((mail) => isTo(mail, address)).map(linkIn);
        return (link = links.find((link) => link?.startsWith(`${site}${path}`)));
      };
      await expect.poll(look, { message: `a mail to ${address} with a link to ${path}`, timeout: 10_000 }).toBeTruthy();
      return link!;
    }),
  baseURL: async ({ site }, use) => use(site),
  language: [undefined, { option: true }],
  chosen: [
    async ({ context, language, site }, use) => {
      if (language) await context.addCookies([{ name: "language", value: language, url: site }]);
      await use();
    },
    { auto: true },
  ],
  username: async ({}, use, info) => use(`maya-${info.workerIndex}-${names++}`),
  scripts: async ({}, use, info) => use(info.project.name !== "no-script"),
  quiet: [
    async ({ browser, context }, use) => {
      const complaints: string[] = [];
      const listen = (page: Page) => {
        // That the browser calls off the fading from page to page, under load, is no fault of theirs.
        const skipped = /^Transition was (aborted|skipped)/;
        page.on("pageerror", (error) => skipped.test(error.message) || complaints.push(`error: ${error.message}`));
        page.on("console", (message) => {
          // The browser logs every answer of 4xx, which some tests ask for.
          const expected = /Failed to load resource: the server responded with a status of (401|403|404|409|410|413|422|429)/;
          if (["error", "warning"].includes(message.type()) && !expected.test(message.text())) {
            complaints.push(`${message.type()}: ${message.text()}`);
          }
        });
      };
      // A breach of the policy is an error on the console, also where no script runs.
      context.pages().forEach(listen);
      context.on("page", listen);
      const listenThere = (another: BrowserContext) => another.on("page", listen);
      browser.on("context", listenThere);
      await use(complaints);
      browser.off("context", listenThere);
      context.off("page", listen);
      expect([...complaints, ...panics.splice(0)]).toEqual([]);
    },
    { auto: true },
  ],
});

/** The context of a worker's tests that share one. */
let kept: BrowserContext | undefined;

/**
 * Tests that share a context and its page, and find it without a cookie. In a page that stays, the
 * browser goes on in the same process, with what it has compiled: half of the time of a page that
 * is opened, looked at and closed.
 */
export const inOneContext = test.extend({
  context: async ({ browser }, use) => {
    kept ??= await browser.newContext();
    await use(kept);
    for (const page of kept.pages().slice(1)) await page.close();
    await kept.clearCookies();
  },
  page: async ({ context, viewport }, use) => {
    const page = context.pages()[0] ?? (await context.newPage());
    await page.emulateMedia({ colorScheme: "light", forcedColors: "none" });
    if (viewport) await page.setViewportSize(viewport);
    await use(page);
    for (const event of ["console", "dialog", "pageerror", "response"]) page.removeAllListeners(event);
  },
});

export { expect };

/** Fills in controls of the page's form, by their names and so in any language. */
export async function fillIn(page: Page, values: Record<string, string>) {
  for (const [name, value] of Object.entries(values)) await page.locator(`form.card [name="${name}"]`).fill(value);
}

/** Sends the page's form, by its first button. */
export const send = (page: Page) => page.locator("form.card button.button").first().click();

type Fields = Record<string, string | { name: string; mimeType: string; buffer: Buffer }>;

/**
 * Submits a form as the visitor of a page, but by a request of its own: a tenth of the time of filling it in.
 * Fails unless the form is accepted.
 */
export async function submit({ request }: Pick<Page, "request">, path: string, fields: Fields, encoding: "form" | "multipart" = "form") {
  const headers = { "sec-fetch-site": "same-origin", accept: "text/html" };
  const answer = await request.post(path, { [encoding]: fields, headers, maxRedirects: 0 });
  expect(answer.status(), path).toBe(303);
}

/** Signs somebody up and logs them in, without opening a page. Whoever was logged in is no longer. */
export async function signUp(page: Page, username: string, email = "") {
  await page.context().clearCookies({ name: /^session/ });
  await submit(page, "/signup", { username, email, password });
}

/** Sends the form of the log-in page, with a username or an address. */
export async function logIn(page: Page, name: string, words = password) {
  await page.goto("/login");
  await page.getByLabel("Username or email address").fill(name);
  await page.getByLabel("Password").fill(words);
  await page.getByRole("button", { name: "Log in" }).click();
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
