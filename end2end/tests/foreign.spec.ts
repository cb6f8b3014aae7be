// What a page of another site can do to somebody who is logged in here: nothing,
// whatever form it sends and in whatever way. Pages on another port of this host
// are of the same site for a browser, which sends the cookie along.
import { type Page } from "@playwright/test";
import { type ParsedMail } from "mailparser";
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { long } from "../playwright.config";
import { expect, isTo, logIn, openEditor, password, save, signUp, test as base } from "./site";

const own = (username: string) => `${username}@example.net`;
const thiefs = (username: string) => `${username}@example.com`;

type FilledIn = [path: string, fields: Record<string, string>];

/** Every form of the site as a thief would fill it in, who knows even the password. */
const attacks = (username: string, outline: string): FilledIn[] => [
  ["/settings/delete", { username, typed_username: username, current_password: password, outline }],
  ["/settings/export", { username, current_password: password }],
  ["/profile/edit", { username, bio: "Taken over." }],
  [`/u/${username}/edit`, { username, bio: "Taken over." }],
  ["/settings/email", { username, email: thiefs(username) }],
  ["/settings/sessions", { username, session: "others" }],
  ["/forgot", { email: own(username) }],
  ["/logout", {}],
  ["/login", { username: `${username}-thief`, password }],
  ["/signup", { username: `${username}-new`, email: thiefs(username), password }],
  ["/settings/password", { username, current_password: password, password: "a boat needs patience" }],
];

const everyEncoding = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];

/**
 * Everything that can be sent, and how: each form in every encoding, or in a short run in one
 * of them by turns. Each in every one is sent by content.rs.
 */
const all = (forms: FilledIn[], site: string, encodings: string[]) =>
  forms.flatMap(([path, fields], index) =>
    (long ? encodings : [encodings[index % encodings.length]]).map((encoding) => ({
      url: site + path,
      fields: Object.entries(fields),
      encoding,
    })),
  );

type Attack = ReturnType<typeof all>[number];

/** A page with a form of this kind. Nothing in it needs escaping. */
const lure = ({ url, fields, encoding }: Attack, script = "") => `<!doctype html><title>Win a boat</title>
<form method="post" action="${url}" enctype="${encoding}">
  ${fields.map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`).join("")}
  <button>Win a boat</button>
</form>${script && `<script>${script}</script>`}`;

type Foreign = {
  /** The address of the other site's page, by that host. */
  at: (host: string) => string;
  /** What it says from now on. */
  says: (html: string) => void;
};

type Victim = {
  username: string;
  attacks: FilledIn[];
  /** That nothing has happened to them. */
  isUnharmed: () => Promise<void>;
};

const test = base.extend<{ foreign: Foreign; victim: Victim }>({
  foreign: async ({}, use) => {
    let page = "";
    const server = createServer((_, answer) => answer.setHeader("content-type", "text/html").end(page));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    await use({ at: (host) => `http://${host}:${port}/`, says: (html) => (page = html) });
    server.closeAllConnections();
    server.close();
  },
  victim: async ({ page, browser, site, username, scripts, link, mails }, use) => {
    const elsewhere = async (story: (there: Page) => Promise<void>) => {
      const context = await browser.newContext({ baseURL: site, javaScriptEnabled: scripts });
      await story(await context.newPage());
      await context.close();
    };
    const canLogIn = async (there: Page) => {
      await logIn(there, username);
      await expect(there).toHaveURL("/profile");
    };
    await signUp(page, `${username}-thief`);
    await signUp(page, username, own(username));
    await openEditor(page, scripts);
    await page.getByLabel("Bio").fill("Written by me.");
    await save(page);
    await expect(page).toHaveURL("/profile?saved");
    await elsewhere(canLogIn);
    await link(own(username), "/verify/");
    await page.goto("/settings/delete");
    const outline = await page.locator("[name=outline]").inputValue();
    const isUnharmed = async () => {
      await page.goto("/profile");
      await expect(page.getByRole("main")).toContainText(`@${username}`);
      await expect(page.getByText("Written by me.")).toBeVisible();
      await page.goto("/settings/email");
      await expect(page.getByText(`${own(username)} is not confirmed yet`)).toBeVisible();
      await page.goto("/settings/sessions");
      await expect(page.getByRole("listitem")).toHaveCount(2);
      expect((await page.goto(`/u/${username}-new`))?.status()).toBe(404);
      await elsewhere(canLogIn);
      const about = (mail: ParsedMail) => isTo(mail, own(username)) || isTo(mail, thiefs(username));
      const subjects = (await mails()).filter(about).map((mail) => mail.subject);
      expect(subjects).toEqual([`Confirm your email address for ${new URL(site).host}`]);
    };
    await use({ username, attacks: attacks(username, outline), isUnharmed });
  },
});

test.describe.configure({ timeout: 90_000 });

test("what another site will send is taken from the site itself", async ({ page, site, victim }) => {
  const headers = { origin: site, accept: "text/html" };
  const send = (path: string, form: FilledIn[1]) => page.request.post(path, { form, headers, maxRedirects: 0 });
  for (const [path, form] of victim.attacks) {
    await send("/login", { username: victim.username, password });
    expect([path, (await send(path, form)).status()]).toEqual([path, 303]);
  }
});

/** Sends a form by a page over there, and sees that it is refused. */
async function isRefused(page: Page, send: () => Promise<unknown>, { url, encoding }: Attack, cookie: boolean) {
  const answered = page.waitForResponse((answer) => answer.request().method() === "POST");
  await send();
  const answer = await answered;
  expect([answer.url(), encoding, answer.status()]).toEqual([url, encoding, 403]);
  const headers = await answer.request().allHeaders();
  expect(headers["content-type"]).toContain(encoding);
  expect(/\bsession(-\d+)?=/.test(headers.cookie ?? "")).toBe(cookie);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This form came from another address");
}

for (const { where, host, cookie, encodings } of [
  { where: "on another port", host: "127.0.0.1", cookie: true, encodings: everyEncoding },
  { where: "on another host", host: "localhost", cookie: false, encodings: everyEncoding.slice(0, 1) },
]) {
  test.describe("without script", { tag: "@no-script" }, () => {
    test.skip(({ scripts }) => scripts, "a form that sends itself does the same");

    test(`a form ${where} that somebody is lured to send changes nothing`, async ({ page, site, foreign, victim }) => {
      for (const attack of all(victim.attacks, site, encodings)) {
        foreign.says(lure(attack));
        await page.goto(foreign.at(host));
        await isRefused(page, () => page.getByRole("button", { name: "Win a boat" }).click(), attack, cookie);
      }
      await victim.isUnharmed();
    });
  });

  test.describe("with script", { tag: "@script" }, () => {
    test(`a form ${where} that sends itself changes nothing`, async ({ page, site, foreign, victim }) => {
      for (const attack of all(victim.attacks, site, encodings)) {
        foreign.says(lure(attack, "onload = () => setTimeout(() => document.forms[0].submit())"));
        await isRefused(page, () => page.goto(foreign.at(host), { waitUntil: "commit" }), attack, cookie);
      }
      await victim.isUnharmed();
    });

    test(`a script ${where} changes nothing`, async ({ page, site, foreign, victim, quiet }) => {
      // With an icon, so that the browser asks for none.
      foreign.says('<!doctype html><title>Win a boat</title><link rel="icon" href="data:,">');
      await page.goto(foreign.at(host));
      // The browser keeps the answers from the page, and so from Playwright.
      const statuses: number[] = [];
      const network = await page.context().newCDPSession(page);
      network.on("Network.responseReceivedExtraInfo", (answer) => statuses.push(answer.statusCode));
      await network.send("Network.enable");
      const sent = all(victim.attacks, site, encodings);
      for (const attack of sent) expect(await page.evaluate(fetchAsPage, attack)).toBe("TypeError: Failed to fetch");
      await expect.poll(() => statuses).toEqual(sent.map(() => 403));
      expect(quiet.filter((complaint) => !complaint.includes("ERR_BLOCKED_BY_RESPONSE"))).toEqual([]);
      quiet.length = 0;
      await victim.isUnharmed();
    });
  });
}

/** Runs in the page: sends what a page may send to anybody, with their cookies. */
async function fetchAsPage({ url, fields, encoding }: Attack): Promise<string> {
  const data = new FormData();
  for (const [name, value] of fields) data.append(name, value);
  const pairs = fields.map(([name, value]) => `${name}=${value}\r\n`).join("");
  const body = {
    "application/x-www-form-urlencoded": new URLSearchParams(fields),
    "multipart/form-data": data,
  }[encoding];
  const request = { method: "POST", mode: "no-cors", credentials: "include", body: body ?? pairs } as const;
  return fetch(url, request).then((answer) => answer.type, String);
}
