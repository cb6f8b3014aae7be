// What comes by mail: links to confirm an address, to choose a password, and to
// take an address back; and how mails get to a mail server.
import { type Browser, type Page } from "@playwright/test";
import { type ParsedMail, simpleParser } from "mailparser";
import { type AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { SMTPServer } from "smtp-server";
import { erase, expect, isTo, linkIn, logIn, newDatabase, signUp, startWith, stop, test } from "./site";

const another = "a boat needs patience";

const logOut = async (page: Page) => {
  await page.getByRole("button", { name: "Log out" }).click();
  await expect(page).toHaveURL("/");
};

/** Opens a link that confirms an address, and does so. */
async function confirm(page: Page, link: string) {
  await page.goto(link);
  await page.getByRole("button", { name: "Confirm email address" }).click();
}

async function isDead(page: Page, link: string) {
  expect((await page.goto(link))?.status()).toBe(410);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This link no longer works");
}

/** The last step of a link to choose a password. */
async function choose(page: Page, words: string) {
  await page.getByLabel("New password").fill(words);
  await page.getByRole("button", { name: "Save password" }).click();
}

test("an address is confirmed by its link, and then good for logging in", async ({ page, username, scripts, link }) => {
  const address = `${username}@example.net`;
  await signUp(page, username, address);
  const path = await link(address, "/verify/");
  await page.goto("/settings/email");
  await expect(page.getByText(`${address} is not confirmed yet. Open the link in the email to confirm it.`)).toBeVisible();

  await page.goto(path);
  await expect(page.getByText(`${address} will become the email address of @${username}.`)).toBeVisible();
  const confirm = page.getByRole("button", { name: "Confirm email address" });
  await (scripts ? confirm.dblclick() : confirm.click());
  await expect(page).toHaveURL("/settings/email?confirmed");
  await expect(page.getByRole("status")).toHaveText("Email address confirmed.");
  await expect(page.getByText(`Your email address is ${address}.`)).toBeVisible();

  await logOut(page);
  await logIn(page, address.toUpperCase());
  await expect(page).toHaveURL("/profile");
  await isDead(page, path);
});

test("a link is good in another browser, where nobody is logged in", async ({ page, browser, site, username, scripts, link }) => {
  const address = `${username}@example.net`;
  await signUp(page, username, address);
  const context = await browser.newContext({ baseURL: site, javaScriptEnabled: scripts });
  const elsewhere = await context.newPage();
  // Before that it is nobody's.
  await logIn(elsewhere, address);
  await expect(elsewhere.getByRole("alert")).toBeVisible();
  await confirm(elsewhere, await link(address, "/verify/"));
  await expect(elsewhere).toHaveURL("/login?confirmed");
  await expect(elsewhere.getByRole("status")).toHaveText("Email address confirmed.");
  await context.close();
  await page.goto("/settings/email");
  await expect(page.getByText(`Your email address is ${address}.`)).toBeVisible();
});

test("who forgot their password chooses another one by a link", { tag: "@no-script" }, async ({ page, username, link }) => {
  const address = `${username}@example.net`;
  await signUp(page, username, address);
  await page.goto("/profile");
  await logOut(page);
  await page.goto("/login");
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await page.getByLabel("Email address").fill("not an address");
  await page.getByRole("button", { name: "Send link" }).click();
  await expect(page.getByRole("alert")).toBeFocused();
  await expect(page.getByLabel("Email address")).toHaveValue("not an address");
  await page.getByLabel("Email address").fill(address);
  await page.getByRole("button", { name: "Send link" }).click();
  await expect(page).toHaveURL("/forgot?sent");
  await expect(page.getByRole("status")).toContainText("If there is an account with that address, we have sent it a link.");

  const path = await link(address, "/reset/");
  await page.goto(path);
  await expect(page.getByText(`For the account @${username}.`)).toBeVisible();
  await choose(page, "password123");
  await expect(page).toHaveURL(path);
  await expect(page).toHaveTitle(/^Error: Reset your password/);
  await expect(page.getByRole("alert")).toBeFocused();
  await expect(page.getByRole("alert")).toContainText("New password: this password is easy to guess");
  await expect(page.getByLabel("New password")).toHaveValue("");
  await choose(page, another);
  await expect(page).toHaveURL("/login?reset");
  await expect(page.getByRole("status")).toHaveText("Password saved. You can now log in with it.");

  await logIn(page, username);
  await expect(page.getByRole("alert")).toBeFocused();
  await logIn(page, address, another);
  await expect(page).toHaveURL("/profile");
  await isDead(page, path);
});

test("who asks for a link is not told whether there is an account", async ({ page, username, mails }) => {
  const address = `${username}@example.net`;
  await page.goto("/forgot");
  await page.getByLabel("Email address").fill(address);
  await page.getByRole("button", { name: "Send link" }).click();
  await expect(page).toHaveURL("/forgot?sent");
  await expect(page.getByRole("status")).toContainText("If there is an account with that address");
  expect((await mails()).filter((mail) => isTo(mail, address))).toEqual([]);
});

test("a change of address that waits can be called off", async ({ page, username, link }) => {
  const address = `${username}@example.net`;
  await signUp(page, username);
  await page.goto("/profile");
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("link", { name: "Email address" }).click();
  await expect(page.getByText("You have not added an email address yet.")).toBeVisible();
  await page.getByLabel("New email address").fill(address);
  await page.getByRole("button", { name: "Send link" }).click();
  await expect(page).toHaveURL("/settings/email?sent");
  await expect(page.getByRole("status")).toHaveText("We have sent you a link. Open it to confirm the address.");
  const path = await link(address, "/verify/");
  await page.getByRole("button", { name: "Remove this address" }).click();
  await expect(page).toHaveURL("/settings/email?cancelled");
  await expect(page.getByText("is not confirmed yet")).toHaveCount(0);
  await isDead(page, path);
});

test("one takes an address back that somebody else has changed", async ({ page, browser, site, username, scripts, link }) => {
  const [own, thiefs] = [`${username}@example.net`, `${username}@example.com`];
  await signUp(page, username, own);
  await confirm(page, await link(own, "/verify/"));
  await expect(page).toHaveURL("/settings/email?confirmed");

  // Somebody sits down where the owner is still logged in.
  await page.getByLabel("New email address").fill(thiefs);
  await page.getByRole("button", { name: "Send link" }).click();
  await expect(page).toHaveURL("/settings/email?sent");
  await expect(page.getByText(`Your email address is ${own}.`)).toBeVisible();
  await confirm(page, await link(thiefs, "/verify/"));
  await expect(page.getByText(`Your email address is ${thiefs}.`)).toBeVisible();

  const context = await browser.newContext({ baseURL: site, javaScriptEnabled: scripts });
  const owner = await context.newPage();
  await owner.goto(await link(own, "/undo/"));
  await expect(owner.getByText(`${own} will become the email address of @${username} again.`)).toBeVisible();
  await owner.getByRole("button", { name: "Restore email address" }).click();
  await expect(owner).toHaveURL(/\/reset\/[\w-]{43}$/);
  await page.goto("/profile");
  await expect(page).toHaveURL("/login?next=/profile");
  await logIn(page, thiefs);
  await expect(page.getByRole("alert")).toBeVisible();

  await choose(owner, another);
  await expect(owner).toHaveURL("/login?reset");
  await logIn(owner, own, another);
  await expect(owner).toHaveURL("/profile");
  await context.close();
});

/** What a mail server does with a mail to somebody. */
type Rules = {
  /** The answer to refuse a recipient with, by how often they were named before. */
  refuse?: (to: string, before: number) => string | undefined;
  /** Milliseconds until it says that it has taken a mail. */
  slow?: number;
};

/** What a mail server was asked, and what it took. */
type Seen = { named: string[]; taken: ParsedMail[] };

function mailServer({ refuse, slow = 0 }: Rules, { named, taken }: Seen): SMTPServer {
  return new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    onRcptTo({ address }, _, answer) {
      const refusal = refuse?.(address, named.filter((name) => name === address).length);
      named.push(address);
      const [code, ...words] = refusal?.split(" ") ?? [];
      answer(code ? Object.assign(new Error(words.join(" ")), { responseCode: Number(code) }) : null);
    },
    async onData(stream, _, answer) {
      const mail = await simpleParser(stream);
      await pause(slow);
      taken.push(mail);
      answer();
    },
  });
}

const listen = async (server: SMTPServer, port = 0) => {
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  return (server.server.address() as AddressInfo).port;
};

const close = (server: SMTPServer) => new Promise<void>((done) => server.close(done));

/** Runs a site that sends its mails to that port. */
async function sendingTo(port: number, browser: Browser, story: (page: Page, url: string) => Promise<void>) {
  const database = newDatabase();
  const variables = { SILHOUETTE_SMTP: `smtp://127.0.0.1:${port}`, RUST_LOG: "off" };
  const { server, url } = await startWith(variables, database);
  const context = await browser.newContext({ baseURL: url });
  try {
    await story(await context.newPage(), url);
  } finally {
    await context.close();
    await stop(server);
    erase(database);
  }
}

const address = "maya@example.net";
const sent = { timeout: 20_000 };

/** A mail server that a story opens, and what it has seen. */
class Post {
  readonly seen: Seen = { named: [], taken: [] };
  private server?: SMTPServer;

  /** Starts it, and gives its port. */
  open = (rules: Rules = {}, port = 0) => listen((this.server = mailServer(rules, this.seen)), port);
  close = () => this.server && close(this.server);
  taken = () => this.seen.taken.length;
  counts = () => ({ named: this.seen.named, taken: this.taken() });
}

type Story = (browser: Browser, post: Post) => Promise<void>;

/** How a mail server behaves, and what becomes of mails then. */
const mailServers: Record<string, Story> = {
  "gets a mail once, as text and as HTML, with the link": async (browser, { open, seen, taken, counts }) => {
    await sendingTo(await open(), browser, async (page, url) => {
      await signUp(page, "maya", address);
      await expect.poll(taken, sent).toBe(1);
      const [mail] = seen.taken;
      const link = linkIn(mail)!;
      expect(isTo(mail, address)).toBe(true);
      expect(mail.from?.text).toBe('"Silhouette" <silhouette@127.0.0.1>');
      expect(mail.subject).toBe(`Confirm your email address for ${new URL(url).host}`);
      expect(mail.messageId).toMatch(/^<[^<>@]+@127\.0\.0\.1>$/);
      expect(mail.date!.getTime()).toBeGreaterThan(Date.now() - 60_000);
      expect(mail.text).toContain("Hello @maya,");
      expect(link).toMatch(new RegExp(`^${url}/verify/[\\w-]{43}$`));
      expect(mail.html).toContain(`href="${link}"`);
      await confirm(page, link);
      await expect(page).toHaveURL("/settings/email?confirmed");
      await pause(3000);
      expect(counts()).toEqual({ named: [address], taken: 1 });
    });
  },

  "that is down gets the mail once when it is up again": async (browser, { open, close, seen, taken, counts }) => {
    // A port that is free now.
    const port = await open();
    await close();
    await sendingTo(port, browser, async (page) => {
      await signUp(page, "maya", address);
      // The site has tried in vain by now; it tries again ten seconds later.
      await pause(3000);
      await open({}, port);
      await expect.poll(taken, sent).toBe(1);
      await confirm(page, linkIn(seen.taken[0])!);
      await expect(page).toHaveURL("/settings/email?confirmed");
      await pause(3000);
      expect(counts()).toEqual({ named: [address], taken: 1 });
    });
  },

  "that wants to be asked again gets the mail once, later": async (browser, { open, seen, taken, counts }) => {
    const busy: Rules = { refuse: (_, before) => (before ? undefined : "451 4.7.1 Try again later") };
    await sendingTo(await open(busy), browser, async (page) => {
      await signUp(page, "maya", address);
      await expect.poll(() => seen.named.length, sent).toBe(1);
      await pause(5000);
      expect(counts()).toEqual({ named: [address], taken: 0 });
      await expect.poll(taken, sent).toBe(1);
      await confirm(page, linkIn(seen.taken[0])!);
      await expect(page).toHaveURL("/settings/email?confirmed");
      await pause(3000);
      expect(counts()).toEqual({ named: [address, address], taken: 1 });
    });
  },

  "that takes its time gets the mail once, and nobody waits for it": async (browser, { open, seen, taken, counts }) => {
    await sendingTo(await open({ slow: 3000 }), browser, async (page) => {
      await signUp(page, "maya", address);
      expect(taken()).toBe(0);
      await expect.poll(() => seen.named.length, sent).toBe(1);
      await page.goto("/settings/email");
      await expect(page.getByText(`${address} is not confirmed yet`)).toBeVisible();
      expect(taken()).toBe(0);
      await expect.poll(taken, sent).toBe(1);
      await pause(5000);
      expect(counts()).toEqual({ named: [address], taken: 1 });
    });
  },

  "that knows no such mailbox is not asked again, and others get their mails": async (browser, { open, seen, taken, counts }) => {
    const nobody = "nobody@example.net";
    const picky: Rules = { refuse: (to) => (to === nobody ? "550 5.1.1 No such mailbox" : undefined) };
    await sendingTo(await open(picky), browser, async (page) => {
      await signUp(page, "maya", nobody);
      await expect.poll(() => seen.named, sent).toEqual([nobody]);
      await signUp(page, "another", address);
      await expect.poll(taken, sent).toBe(1);
      await confirm(page, linkIn(seen.taken[0])!);
      await expect(page).toHaveURL("/settings/email?confirmed");
      // Longer than until a second try.
      await pause(13_000);
      expect(counts()).toEqual({ named: [nobody, address], taken: 1 });
    });
  },
};

test("mail servers get each mail once, whatever they answer", { tag: "@once" }, async ({ browser }) => {
  test.setTimeout(60_000);
  // All at once: most of it is waiting.
  const told = Object.entries(mailServers).map(([title, story]) =>
    test.step(title, async () => {
      const post = new Post();
      await story(browser, post).finally(post.close);
    }),
  );
  const failures = (await Promise.allSettled(told)).filter(({ status }) => status === "rejected");
  expect(failures).toEqual([]);
});
