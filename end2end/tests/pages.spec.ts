// Every page and state: accessible, within the screen, valid HTML, quiet, in both
// directions, and without script where there is nothing for a script to do.
import type { Locator, Page } from "@playwright/test";
import { long } from "../playwright.config";
import { faultsOf, sentHtml } from "./html";
import { misplaced, violations } from "./look";
import { expect, inOneContext, openEditor, save, signUp, test } from "./site";
import { askFor, put, states, tenThousandLines } from "./states";

// Some states take a slow machine a while.
test.describe.configure({ timeout: 60_000 });

/** How a page is looked at, and by which rules of axe. */
const looks = {
  light: { media: { colorScheme: "light", forcedColors: "none" }, rules: {} },
  // The markup is the same; only rules about colours can find something else.
  dark: {
    media: { colorScheme: "dark", forcedColors: "none" },
    rules: long ? {} : { runOnly: ["color-contrast", "link-in-text-block"] },
  },
  // Forced colours are the system's. Of text axe asks for the fill colour, which
  // Chromium gives as the style sheet has it and not as it is forced.
  forced: {
    media: { colorScheme: "light", forcedColors: "active" },
    rules: { rules: { "color-contrast": { enabled: false } } },
  },
} as const;

async function expectAccessible(page: Page, ...wanted: (keyof typeof looks)[]) {
  for (const look of wanted) {
    const { media, rules } = looks[look];
    await page.emulateMedia(media);
    expect.soft(await violations(page, rules), look).toEqual([]);
  }
}

async function expectPlaced(page: Page, ...widths: number[]) {
  for (const width of widths) expect.soft(await misplaced(page, width), `${width} px`).toEqual([]);
}

for (const { name, open, scripted = false } of states) {
  const tag = ["@mobile", ...(scripted ? ["@no-script"] : [])];
  inOneContext(`${name}: accessible, within the screen, and valid`, { tag }, async ({ page, username, scripts, link, grant, enqueue }) => {
    const html = sentHtml(page);
    await open({ page, username, scripts, link, grant, enqueue });
    expect.soft(faultsOf(await html())).toEqual([]);
    if (scripts) {
      // A page without any is the same without script, and is not opened there in a short run.
      const script = page.locator("script:not([type='application/ld+json'])");
      expect.soft(await script.count(), "scripts of the page").toBe(Number(scripted));
      // Without script in the page axe cannot run there; the markup is the same.
      await expectAccessible(page, "light", "dark", ...(long ? ["forced" as const] : []));
    }
    // 320 px is a desktop window at 400 % (WCAG 1.4.10).
    await expectPlaced(page, 320, 1280);
  });
}

inOneContext.describe("in Arabic", { tag: "@once" }, () => {
  inOneContext.use({ language: "ar" });

  for (const { name, open } of states) {
    inOneContext(`${name}: as accessible from right to left`, async ({ page, username, scripts, link, grant, enqueue }) => {
      const html = sentHtml(page);
      await open({ page, username, scripts, link, grant, enqueue });
      await expect(page.locator("html[lang=ar]")).toHaveAttribute("dir", "rtl");
      expect.soft(faultsOf(await html())).toEqual([]);
      await expectAccessible(page, "light", ...(long ? ["dark" as const] : []));
      await expectPlaced(page, 320, 1280);
    });
  }
});

test("pages without an island load no script and no wasm", async ({ page, username }) => {
  const loaded: string[] = [];
  page.on("request", (request) => loaded.push(request.url()));
  const scripts = page.locator("script, link[rel=modulepreload], link[as=fetch]");
  const showsPasswords = async (path: string) => {
    await page.goto(path);
    await expect(scripts).toHaveCount(1);
    expect(await scripts.evaluate((script) => script.getAttributeNames())).toEqual([]);
  };
  // What shows a password is in the page itself.
  await showsPasswords("/signup");
  await signUp(page, username);
  await page.goto("/profile");
  await expect(scripts).toHaveCount(0);
  // What a public profile tells search engines is data.
  await page.goto(`/u/${username}`);
  await expect(scripts).toHaveCount(1);
  await expect(scripts).toHaveAttribute("type", "application/ld+json");
  expect(JSON.parse((await scripts.textContent())!)).toMatchObject({ "@type": "ProfilePage" });
  for (const path of ["/settings/password", "/settings/delete"]) await showsPasswords(path);
  expect(loaded.filter((url) => /\.(js|wasm)/.test(url))).toEqual([]);
});

test("a bio of ten thousand lines is refused, and is still there", { tag: "@no-script" }, async ({ page, username, scripts }) => {
  await signUp(page, username);
  await openEditor(page, scripts);
  await put(page, "bio", tenThousandLines);
  await save(page);
  await expect(page.getByRole("alert")).toContainText("Bio: shorten it to 2000 characters or fewer");
  expect((await page.getByLabel("Bio").inputValue()) === tenThousandLines).toBe(true);
});

test("a profile is printed without the site around it, dark on light", async ({ page, username }) => {
  await signUp(page, username);
  await page.goto("/profile");
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(username);
  for (const around of ["banner", "contentinfo", "button", "link"] as const) {
    await expect(page.getByRole(around)).toHaveCount(0);
  }
  const [ink, paper] = await page.evaluate(() => {
    const style = (element: Element) => getComputedStyle(element);
    const colours = [style(document.querySelector("h1")!).color, style(document.documentElement).backgroundColor];
    const dot = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true })!;
    return colours.map((colour) => {
      dot.fillStyle = colour;
      dot.fillRect(0, 0, 1, 1);
      return dot.getImageData(0, 0, 1, 1).data[1];
    });
  });
  expect(ink).toBeLessThan(100);
  expect(paper).toBeGreaterThan(200);
});

test("in forced colours it is told what is chosen", async ({ page, username }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await signUp(page, username);
  await page.goto("/profile");
  const looksOf = (buttons: Locator) =>
    buttons.evaluateAll((all) =>
      all.map((button) => {
        const style = getComputedStyle(button);
        const told = ["color", "background-color", "border", "outline", "font-weight", "text-decoration", "box-shadow"];
        return told.map((property) => style.getPropertyValue(property)).join();
      }),
    );
  for (const of of [".view-as li a", ".site-footer [name=theme]", ".site-footer [name=language]"]) {
    const chosen = ":is([aria-current=true], [aria-pressed=true])";
    const [one] = await looksOf(page.locator(`${of}${chosen}`));
    const others = await looksOf(page.locator(`${of}:not(${chosen})`));
    expect(others.length, of).toBeGreaterThan(0);
    expect(others, of).not.toContain(one);
  }
});

test("a page that breaks its policy would fail its test, in whatever context", { tag: "@no-script" }, async ({ page, browser, site, scripts, quiet }) => {
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

test("nothing is asked of another server", { tag: "@no-script" }, async ({ page, site, username, scripts }) => {
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

test("the keyboard alone signs up and saves", { tag: "@no-script" }, async ({ page, username, scripts }) => {
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

test.describe("where motion is welcome", { tag: "@script" }, () => {
  test.use({ contextOptions: { reducedMotion: "no-preference" } });

  test("a page fades into the next without a complaint", async ({ page, username }) => {
    await signUp(page, username);
    await page.goto("/profile");
    await page.addInitScript(() =>
      addEventListener("pagereveal", (reveal) => {
        document.documentElement.dataset.fades = String((reveal as PageRevealEvent).viewTransition !== null);
      }),
    );
    await page.getByRole("link", { name: "Edit profile" }).click();
    await expect(page).toHaveURL("/profile/edit");
    await expect(page.locator("html")).toHaveAttribute("data-fades", "true");
  });
});
