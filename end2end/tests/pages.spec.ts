// Every page and state: accessible, within the screen, quiet, and without
// script where there is nothing for a script to do.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { file, png } from "./pictures";
import { expect, openEditor, save, signUp, test } from "./site";

/** Gives the link of a mail to that address, to that path. */
type Link = (address: string, path: string) => Promise<string>;
type State = { name: string; open: (page: Page, username: string, scripts: boolean, link: Link) => Promise<unknown> };

/** The longest address there is for a name: 254 characters. */
const longest = (username: string) => `${username.padEnd(64, "x")}@${"y".repeat(63)}.${"z".repeat(63)}.${"w".repeat(58)}.de`;

async function askFor(page: Page, path: string, address: string) {
  await page.goto(path);
  await page.getByLabel("Email address").fill(address);
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(page).toHaveURL(`${path}?sent`);
}

const guest: State[] = [
  { name: "welcome", open: (page) => page.goto("/") },
  { name: "sign up", open: (page) => page.goto("/signup") },
  { name: "log in", open: (page) => page.goto("/login") },
  { name: "log in, on the way", open: (page) => page.goto("/login?next=/profile") },
  { name: "forgot", open: (page) => page.goto("/forgot") },
  { name: "forgot, sent", open: (page, username) => askFor(page, "/forgot", `${username}@example.net`) },
  {
    name: "forgot, refused",
    open: async (page) => {
      await page.goto("/forgot");
      await page.getByLabel("Email address").fill("nobody");
      await page.getByRole("button", { name: "Send the link" }).click();
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  { name: "a dead link", open: (page) => page.goto("/reset/x") },
  { name: "not found", open: (page) => page.goto("/nowhere") },
  {
    name: "sign up, refused",
    open: async (page) => {
      await page.goto("/signup");
      await page.getByRole("button", { name: "Create account" }).click();
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
];

const member: State[] = [
  { name: "own profile, empty", open: (page) => page.goto("/profile") },
  { name: "edit", open: (page, _, scripts) => openEditor(page, scripts) },
  {
    name: "edit, refused",
    open: async (page, _, scripts) => {
      await openEditor(page, scripts);
      await page.getByLabel("Phone number").fill("0431");
      await page.getByLabel("Year").fill("1");
      await save(page);
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  {
    name: "own profile, every field at its limit",
    open: async (page, _, scripts) => {
      await openEditor(page, scripts);
      await page.getByLabel("Bio").fill("Supercalifragilistic".repeat(100));
      await page.getByLabel("First name").fill("W".repeat(30));
      await page.getByLabel("Last name").fill("م".repeat(30));
      await page.getByLabel("Location").fill("x".repeat(100));
      await page.getByLabel("Phone number").fill("+49 (0) 431 / 123 456 789-0");
      await save(page);
      await expect(page).toHaveURL("/profile?saved");
    },
  },
  { name: "picture", open: (page) => page.goto("/profile/avatar") },
  {
    name: "picture, chosen and refused",
    open: async (page, _, scripts) => {
      await page.goto("/profile/avatar");
      const chooser = page.getByLabel("Picture file");
      if (scripts) {
        await expect(page.getByText("You can also drop a picture here")).toBeVisible();
        await chooser.setInputFiles(file(png([210, 40, 40], [40, 70, 200])));
        await expect(page.getByLabel("Zoom")).toBeVisible();
      }
      await page.getByLabel("What the picture shows").fill("x".repeat(251));
      await chooser.setInputFiles(file(png([210, 40, 40], [40, 70, 200])));
      await page.getByRole("button", { name: "Save picture" }).click();
      await expect(page.getByText("shorten it to 250 characters").first()).toBeVisible();
    },
  },
  { name: "history, empty", open: (page) => page.goto("/profile/history") },
  { name: "settings", open: (page) => page.goto("/settings") },
  { name: "sessions", open: (page) => page.goto("/settings/sessions") },
  {
    name: "change password, refused",
    open: async (page) => {
      await page.goto("/settings/password");
      await page.getByLabel("New password").fill("password");
      await page.getByRole("button", { name: "Change password" }).click();
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  { name: "export", open: (page) => page.goto("/settings/export") },
  { name: "delete", open: (page) => page.goto("/settings/delete") },
  { name: "address", open: (page) => page.goto("/settings/email") },
  { name: "address that waits", open: (page, username) => askFor(page, "/settings/email", longest(username)) },
  {
    name: "address, refused",
    open: async (page) => {
      await page.goto("/settings/email");
      await page.getByRole("button", { name: "Send the link" }).click();
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  {
    name: "confirm an address",
    open: async (page, username, _, link) => {
      await askFor(page, "/settings/email", longest(username));
      await page.goto(await link(longest(username), "/verify/"));
      await expect(page.getByRole("button", { name: "Confirm this address" })).toBeVisible();
    },
  },
  {
    name: "choose a new password, refused",
    open: async (page, username, _, link) => {
      await askFor(page, "/settings/email", `${username}@example.net`);
      await askFor(page, "/forgot", `${username}@example.net`);
      await page.goto(await link(`${username}@example.net`, "/reset/"));
      await page.getByRole("button", { name: "Save password" }).click();
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  {
    name: "activity",
    open: async (page) => {
      // Is told with the path, a long word.
      await page.request.post(`/${"x".repeat(250)}`, { headers: { origin: new URL(page.url()).origin } });
      await expect(async () => {
        await page.goto("/settings/activity");
        await expect(page.getByText("A request was refused")).toBeVisible({ timeout: 500 });
      }).toPass();
    },
  },
  { name: "public profile", open: (page, username) => page.goto(`/u/${username}`) },
];

for (const state of [...guest, ...member]) {
  test(`${state.name}: accessible, and within the screen`, async ({ page, username, scripts, link }) => {
    if (member.includes(state)) await signUp(page, username);
    await state.open(page, username, scripts, link);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      // Without script in the page axe cannot run there; the markup is the same.
      if (scripts) expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    }
    // 320 px is a desktop window at 400 % (WCAG 1.4.10).
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await page.evaluate(beyond)).toEqual([]);
    }
  });
}

/** What reaches beyond the right edge of the screen: a box, or words out of theirs. */
function beyond(): string[] {
  const edge = document.documentElement.clientWidth + 1;
  const words = document.createRange();
  const isOut = (shape: Element | Range) => shape.getBoundingClientRect().right > edge;
  const outside = (element: Element) =>
    isOut(element) ||
    [...element.childNodes].some((node) => {
      if (!(node instanceof Text)) return false;
      words.selectNode(node);
      return isOut(words);
    });
  // What is cut off on purpose reaches nowhere.
  const seen = (element: Element) => element.checkVisibility() && !element.matches(".crop-view img, .visually-hidden");
  return [...document.querySelectorAll("body *")]
    .filter((element) => seen(element) && outside(element))
    .map((element) => element.outerHTML.slice(0, 80));
}

test("pages without an island load no script and no wasm", async ({ page, username }) => {
  const loaded: string[] = [];
  page.on("request", (request) => loaded.push(request.url()));
  await signUp(page, username);
  await page.goto("/profile");
  await page.goto(`/u/${username}`);
  expect(loaded.filter((url) => /\.(js|wasm)/.test(url))).toEqual([]);
  expect(await page.locator("script, link[rel=modulepreload], link[as=fetch]").count()).toBe(0);
});

test("a page that breaks its policy would fail its test, in whatever context", async ({ page, browser, site, scripts, quiet }) => {
  const context = await browser.newContext({ baseURL: site, javaScriptEnabled: scripts });
  for (const visitor of [page, await context.newPage()]) {
    await visitor.route("/", async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace("</main>", '<p style="color: red">A slip</p></main>');
      await route.fulfill({ response, body });
    });
    await visitor.goto("/");
    await expect.poll(() => quiet.splice(0)).toEqual([expect.stringContaining("style-src 'self'")]);
  }
  await context.close();
});

test("nothing is asked of another server", async ({ page, site, username, scripts }) => {
  const foreign: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(site) && !request.url().startsWith("data:")) foreign.push(request.url());
  });
  await signUp(page, username);
  await openEditor(page, scripts);
  await page.goto(`/u/${username}`);
  expect(foreign).toEqual([]);
});

test("password managers are told which password a form asks for", async ({ page, username, link }) => {
  const asks = async (...tokens: string[]) => {
    const inputs = await page.locator("form input:is([type=password], [name=username])").all();
    expect(await Promise.all(inputs.map((input) => input.getAttribute("autocomplete")))).toEqual(tokens);
  };
  const address = `${username}@example.net`;
  await page.goto("/login");
  await asks("username", "current-password");
  await page.goto("/signup");
  await asks("username", "new-password");
  await signUp(page, username, address);
  await page.goto("/settings/password");
  await asks("username", "current-password", "new-password");
  await askFor(page, "/forgot", address);
  await page.goto(await link(address, "/reset/"));
  await asks("username", "new-password");
  await expect(page.locator("[name=username]")).toHaveValue(username);
  await page.goto("/.well-known/change-password");
  await expect(page).toHaveURL("/settings/password");
});

test("the keyboard alone signs up and saves", async ({ page, username, scripts }) => {
  await page.goto("/signup");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(page.getByLabel("Username")).toBeFocused();
  await page.keyboard.type(username);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.type("correct horse battery");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/profile");
  await openEditor(page, scripts);
  await page.getByLabel("Location").focus();
  await page.keyboard.type("Kiel");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/profile?saved");
  await expect(page.getByText("Kiel")).toBeVisible();
});

test("files are small, and kept for ever by their name", async ({ page, request }) => {
  const files: string[] = [];
  page.on("response", (response) => files.push(response.url()));
  await page.goto("/");
  const style = files.find((url) => url.endsWith(".css"));
  const answer = await request.get(style!, { headers: { "accept-encoding": "br" } });
  expect(answer.headers()["content-encoding"]).toBe("br");
  expect(answer.headers()["cache-control"]).toBe("public, max-age=31536000, immutable");
  expect(await answer.text()).toContain("light-dark");
  const again = await request.get(style!, { headers: { "if-none-match": answer.headers()["etag"] } });
  expect(again.status()).toBe(304);
});
