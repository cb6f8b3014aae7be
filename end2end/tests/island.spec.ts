// What the editor's island adds, and what it must not take away.
import type { Page } from "@playwright/test";
import { expect, openEditor, save, seenBy, signUp, test } from "./site";

test("the preview follows every key, and leaves out what cannot be saved", { tag: "@mobile" }, async ({ page, username }) => {
  await signUp(page, username);
  await openEditor(page, true);
  const preview = page.getByRole("complementary", { name: "Preview" });
  await expect(preview.locator(".profile-name")).toHaveText(username);
  await page.getByLabel("First name").pressSequentially("Maya");
  await expect(preview.locator(".profile-name")).toHaveText("Maya");
  await expect(preview.locator(".avatar")).toHaveText("M");
  await page.getByLabel("Bio").fill("Tar & <b>oakum</b>");
  await expect(preview.getByText("Tar & <b>oakum</b>")).toBeVisible();
  await page.getByLabel("Phone number").fill("0431");
  await expect(preview.getByText("0431")).toHaveCount(0);
  await page.getByLabel("Phone number").fill("+49 431 8800");
  await expect(preview.getByRole("link", { name: "+49 431 8800" })).toHaveAttribute("href", "tel:+494318800");
});

test("the preview has the eyes of others, and follows what is not saved yet", { tag: "@mobile" }, async ({ page, username }) => {
  await signUp(page, username);
  await openEditor(page, true);
  const preview = page.getByRole("complementary", { name: "Preview" });
  await page.getByLabel("Location").fill("Kiel");
  await page.getByLabel("Phone number").fill("+49 431 8800");
  await expect(preview.getByText("+49 431 8800")).toBeVisible();
  await preview.getByRole("link", { name: "Guest" }).click();
  await expect(page).toHaveURL("/profile/edit");
  await expect(preview.getByRole("link", { name: "Guest" })).toHaveAttribute("aria-current", "true");
  await expect(preview.getByText("Kiel")).toBeVisible();
  await expect(preview.getByText("+49 431 8800")).toHaveCount(0);
  await seenBy(page, "phone_number").selectOption("Everyone");
  await expect(preview.getByText("+49 431 8800")).toBeVisible();
  await seenBy(page, "location").selectOption("Only me");
  await expect(preview.getByText("Kiel")).toHaveCount(0);
  await page.getByLabel("Members: anyone who is logged in").check();
  await expect(preview).toContainText("They see “Page not found”.");
  await preview.getByRole("link", { name: "Member" }).click();
  await expect(preview.getByText("+49 431 8800")).toBeVisible();
  await expect(page.getByLabel("Location")).toHaveValue("Kiel");
});

/** What a browser does that translates a page: each text in elements of its own. */
const translate = (page: Page) =>
  page.evaluate(() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: Text[] = [];
    while (texts.nextNode()) found.push(texts.currentNode as Text);
    for (const text of found) {
      const parent = text.parentElement;
      if (!text.data.trim() || !parent || parent.closest("script, style, textarea, option")) continue;
      const [outer, inner] = [document.createElement("font"), document.createElement("font")];
      inner.textContent = `»${text.data}«`;
      outer.append(inner);
      text.replaceWith(outer);
    }
  });

test("on a page that the browser has translated, what changes is shown all the same", async ({ page, username }) => {
  await signUp(page, username);
  await openEditor(page, true);
  const preview = page.getByRole("complementary", { name: "Preview" });
  await page.getByLabel("Location").fill("Kiel");
  await page.getByLabel("First name").fill("Maya");
  await page.getByLabel("Phone number").fill("12");
  await save(page);
  const summary = page.getByRole("alert");
  await expect(summary.getByRole("listitem")).toHaveCount(1);
  await expect(summary).toContainText("Phone number: start with +");
  await translate(page);
  await expect(preview).toContainText("»Kiel«");
  await expect(summary).toContainText("»Phone number: start with +");

  const control = (name: string) => page.locator(`form.card [name="${name}"]`);
  await control("location").fill("Husum");
  await control("first_name").fill("Mira");
  await expect(preview).toContainText("Husum");
  await expect(preview).not.toContainText("Kiel");
  await expect(preview.locator(".profile-name")).toHaveText("Mira");
  // Another rule in the place of the one before.
  await control("phone_number").fill("+1");
  await page.locator("form.card .save button").click();
  await expect(summary.getByRole("listitem")).toHaveCount(1);
  await expect(summary).toContainText("Phone number: enter a phone number");
  await expect(summary).not.toContainText("start with +");
  await translate(page);
  await control("location").fill("");
  await control("first_name").fill("");
  await control("phone_number").fill("");
  await expect(preview).not.toContainText("Husum");
  await expect(page.getByText("You have unsaved changes.")).toHaveCount(0);
  await control("location").fill("List");
  await page.locator("form.card .save button").click();
  await expect(page).toHaveURL("/profile?saved");
  await expect(page.getByText("List", { exact: true })).toBeVisible();
});

test("the counter counts as a person counts", async ({ page, username }) => {
  await signUp(page, username);
  await openEditor(page, true);
  const hint = page.locator("#f-bio-hint");
  await expect(hint).toContainText("2000 characters left.");
  await page.getByLabel("Bio").fill("👨‍👩‍👧‍👦é");
  await expect(hint).toContainText("1998 characters left.");
  await page.getByLabel("Bio").fill("x".repeat(2001));
  await expect(hint).toContainText("1 character too many.");
  await save(page);
  await expect(page.locator("#f-bio-error")).toHaveText("Bio: shorten it to 2000 characters or fewer");
});

test("what was typed before the wasm arrived stays", async ({ page, username }) => {
  await signUp(page, username);
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  await page.route("**/*.wasm", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto("/profile/edit", { waitUntil: "domcontentloaded" });
  await page.getByLabel("Bio").fill("Typed on a slow line.");
  await page.getByLabel("Day").fill("3");
  await expect(page.locator("html[data-hydrated]")).toHaveCount(0);
  release();
  await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
  await expect(page.getByLabel("Bio")).toHaveValue("Typed on a slow line.");
  await expect(page.getByLabel("Day")).toHaveValue("3");
  await expect(page.getByRole("complementary", { name: "Preview" })).toContainText("Typed on a slow line.");
});

test("where the wasm never arrives the form saves all the same", async ({ page, username, quiet }) => {
  await signUp(page, username);
  await page.route("**/*.wasm", (route) => route.abort());
  await page.goto("/profile/edit");
  await page.getByLabel("Bio").fill("Saved without wasm.");
  await save(page);
  await expect(page).toHaveURL("/profile?saved");
  await expect(page.getByText("Saved without wasm.")).toBeVisible();
  // The browser says that it could not load the file; nothing else.
  expect(quiet.filter((complaint) => !/ERR_FAILED|Failed to fetch/.test(complaint))).toEqual([]);
  quiet.length = 0;
});

test("a save that does not reach the server keeps the form and says so", async ({ page, username, quiet }) => {
  await signUp(page, username);
  await openEditor(page, true);
  await page.getByLabel("Bio").fill("Still here.");
  await page.route("**/profile/edit", (route) => route.abort());
  await save(page);
  await expect(page.getByText("The server could not be reached.")).toBeVisible();
  await expect(page.getByLabel("Bio")).toHaveValue("Still here.");
  await page.unroute("**/profile/edit");
  await save(page);
  await expect(page).toHaveURL("/profile?saved");
  quiet.length = 0;
});

test("an answer that is a proxy's is told as one", async ({ page, username, quiet }) => {
  await signUp(page, username);
  await openEditor(page, true);
  await page.getByLabel("Bio").fill("Still here.");
  for (const [status, words] of [
    [413, "does not accept the 0.1 MB you sent"],
    [502, "The site is not responding right now. Its proxy returned error 502."],
    [403, "responded instead of it, with status 403"],
    [200, "responded instead of it, with status 200"],
  ] as const) {
    await page.route("**/profile/edit", (route) =>
      route.fulfill({ status, contentType: "text/html", body: "\n<html><h1>nginx</h1></html>" }),
    );
    await save(page);
    await expect(page.getByText(words)).toBeVisible();
    await expect(page.getByLabel("Bio")).toHaveValue("Still here.");
    await page.unroute("**/profile/edit");
  }
  await save(page);
  await expect(page).toHaveURL("/profile?saved");
  quiet.length = 0;
});

test("a session that ended keeps the form and offers to log in", async ({ page, context, username }) => {
  await signUp(page, username);
  await openEditor(page, true);
  await page.getByLabel("Bio").fill("Still here.");
  await context.clearCookies();
  await save(page);
  await expect(page.getByText("You are no longer logged in.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Log in (opens in a new tab)" })).toBeVisible();
  await expect(page.getByLabel("Bio")).toHaveValue("Still here.");
});

test("a double click saves once", async ({ page, username }) => {
  await signUp(page, username);
  await openEditor(page, true);
  await page.getByLabel("Bio").fill("Once.");
  let posts = 0;
  page.on("request", (request) => (posts += request.method() === "POST" ? 1 : 0));
  await page.getByRole("button", { name: "Save profile" }).dblclick();
  await expect(page).toHaveURL("/profile?saved");
  expect(posts).toBe(1);
});

test("back from a saved profile, the editor works again", async ({ page, username }) => {
  await signUp(page, username);
  await openEditor(page, true);
  await page.getByLabel("Bio").fill("First.");
  await save(page);
  await expect(page).toHaveURL("/profile?saved");
  await page.goBack();
  await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
  await page.getByLabel("Bio").fill("Second.");
  await save(page);
  await expect(page).toHaveURL("/profile?saved");
  await expect(page.getByText("Second.")).toBeVisible();
});

test("what is not saved is said, and leaving asks", { tag: "@mobile" }, async ({ page, username }) => {
  await signUp(page, username);
  await openEditor(page, true);
  const note = page.getByText("You have unsaved changes.");
  const location = page.getByLabel("Location");
  await expect(note).toHaveCount(0);
  await location.fill("Kiel");
  await expect(note).toBeInViewport();
  const asked: string[] = [];
  page.once("dialog", (dialog) => {
    asked.push(dialog.type());
    void dialog.dismiss();
  });
  await page.getByRole("link", { name: "Cancel" }).click({ noWaitAfter: true });
  await expect.poll(() => asked).toEqual(["beforeunload"]);
  await expect(location).toHaveValue("Kiel");
  // What is as it was needs no saving.
  await location.fill("");
  await expect(note).toHaveCount(0);
  await seenBy(page, "location").selectOption("Only me");
  await expect(note).toBeVisible();
  // Whoever saves is not asked.
  await save(page);
  await expect(page).toHaveURL("/profile?saved");
});

test("the wasm has the words that its islands show, and no others", async ({ page, username }) => {
  await signUp(page, username);
  const wasm = page.waitForResponse(/\.wasm$/);
  await openEditor(page, true);
  const bytes = await (await wasm).body();
  for (const shown of ["Saving…", "Wird gespeichert", "جارٍ الحفظ"]) expect(bytes.includes(shown), shown).toBe(true);
  for (const other of ["Where you are logged in", "Wo du angemeldet bist", "الجلسات المفتوحة"]) {
    expect(bytes.includes(other), other).toBe(false);
  }
});

test("the island speaks the language of its page", async ({ page, username, site }) => {
  await signUp(page, username);
  await page.context().addCookies([{ name: "language", value: "de", url: site }]);
  await openEditor(page, true);
  await page.locator("[name=location]").fill("Kiel");
  await expect(page.getByText("Du hast ungespeicherte Änderungen.")).toBeVisible();
  await page.locator("[name='birth_date.day']").fill("3");
  await page.locator("[name='birth_date.month']").fill("März");
  await page.locator("[name='birth_date.year']").fill("1990");
  await expect(page.getByRole("complementary").getByText("3. März 1990")).toBeVisible();
  await page.locator("[name='birth_date.year']").fill("2990");
  await page.locator("#profile-form button.button").click();
  await expect(page).toHaveTitle(/^Fehler: /);
});
