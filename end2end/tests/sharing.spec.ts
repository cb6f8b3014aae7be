// Who sees what, two edits at once, and the way back: for everybody, with and
// without script.
import { type Page } from "@playwright/test";
import { violations } from "./look";
import { expect, hydrated, openEditor, save, seenBy, signUp, test } from "./site";

const accessible = async (page: Page, scripts: boolean) => {
  if (!scripts) return;
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    expect(await violations(page)).toEqual([]);
  }
};

test("a field is seen by whom its owner chose", async ({ page, browser, site, username, scripts }) => {
  await signUp(page, username);
  await openEditor(page, scripts);
  await page.getByLabel("Bio").fill("For all to read.");
  await page.getByLabel("Location").fill("Kiel");
  await seenBy(page, "location").selectOption("Only me");
  await save(page);
  await expect(page).toHaveURL("/profile?saved");
  await expect(page.getByText("Only me")).toBeVisible();

  const stranger = await (await browser.newContext({ baseURL: site })).newPage();
  await stranger.goto(`/u/${username}`);
  await expect(stranger.getByText("For all to read.")).toBeVisible();
  await expect(stranger.getByText("Kiel")).toHaveCount(0);
  await stranger.context().close();

  await openEditor(page, scripts);
  await expect(seenBy(page, "location")).toHaveValue("me");
});

test("a hidden profile is gone for others, and there for its owner", async ({ page, browser, site, username, scripts }) => {
  await signUp(page, username);
  await openEditor(page, scripts);
  await page.getByLabel("Only me: hide the profile").check();
  await save(page);
  await expect(page).toHaveURL("/profile?saved");
  const stranger = await (await browser.newContext({ baseURL: site })).newPage();
  const answer = await stranger.goto(`/u/${username}`);
  expect(answer?.status()).toBe(404);
  await expect(stranger.getByRole("heading", { level: 1 })).toHaveText("Page not found");
  await stranger.context().close();
  await page.getByRole("link", { name: "Guest" }).click();
  await expect(page.getByText("They see “Page not found”.")).toBeVisible();
});

test("one sees oneself with the eyes of others", async ({ page, username, scripts }) => {
  await signUp(page, username);
  await openEditor(page, scripts);
  await page.getByLabel("Location").fill("Kiel");
  await page.getByLabel("Phone number").fill("+49 431 8800");
  await save(page);
  await expect(page).toHaveURL("/profile?saved");
  const views = page.getByRole("navigation", { name: "View as" });
  await expect(views.getByRole("link", { name: "Me", exact: true })).toHaveAttribute("aria-current", "true");
  await expect(page.getByText("+49 431 8800")).toBeVisible();
  await views.getByRole("link", { name: "Guest" }).click();
  await expect(page).toHaveURL("/profile?as=guest");
  await expect(page.getByText("Kiel")).toBeVisible();
  await expect(page.getByText("+49 431 8800")).toHaveCount(0);
  await accessible(page, scripts);
  await views.getByRole("link", { name: "Member" }).click();
  await expect(page.getByText("+49 431 8800")).toBeVisible();
  await views.getByRole("link", { name: "Me", exact: true }).click();
  await expect(page).toHaveURL("/profile");
});

/** Opens the form in two tabs, and saves in the second. */
async function otherTab(page: Page, scripts: boolean, edit: (other: Page) => Promise<void>) {
  await openEditor(page, scripts);
  const other = await page.context().newPage();
  await openEditor(other, scripts);
  await edit(other);
  await save(other);
  await expect(other).toHaveURL(/\/profile\?saved/);
  await other.close();
}

test("edits of different fields in two tabs are both kept, and told", async ({ page, username, scripts }) => {
  await signUp(page, username);
  await otherTab(page, scripts, (other) => other.getByLabel("Location").fill("Kiel"));
  await page.getByLabel("Bio").fill("Written in this tab.");
  await save(page);
  await expect(page).toHaveURL("/profile?saved=1-3");
  await expect(page.getByRole("status")).toContainText("Location, by you");
  await expect(page.getByText("Written in this tab.")).toBeVisible();
  await expect(page.getByText("Kiel", { exact: true })).toBeVisible();
});

test("edits of one field in two tabs are shown side by side to choose from", { tag: ["@no-script", "@mobile"] }, async ({ page, username, scripts }) => {
  await signUp(page, username);
  await otherTab(page, scripts, async (other) => {
    await other.getByLabel("Bio").fill("Written in the other tab.");
    await other.getByLabel("Location").fill("Lübeck");
  });
  await page.getByLabel("Bio").fill("Written in this tab.");
  await page.getByLabel("Location").fill("Kiel");
  await page.getByLabel("First name").fill("Maya");
  await save(page);

  const problem = page.getByRole("alert");
  await expect(problem).toContainText("nothing is lost. Choose what to keep");
  await expect(problem).toBeFocused();
  await expect(page).toHaveTitle(/^Error: Edit profile/);
  const bio = page.getByRole("group", { name: "Bio" });
  await expect(bio).toContainText("Before: Empty");
  await expect(bio).toContainText("Written in this tab.");
  await expect(bio).toContainText("Written in the other tab.");
  await expect(page.getByLabel("Bio").first()).toBeVisible();
  await expect(page.locator("#f-bio")).toHaveValue("Written in this tab.");
  await expect(page.getByLabel("First name")).toHaveValue("Maya");
  await hydrated(page, scripts);
  await accessible(page, scripts);

  // To choose nothing is no answer.
  await bio.getByLabel("Your version").check();
  await save(page);
  await expect(problem).toContainText("Location: choose which version to keep");
  const place = page.getByRole("group", { name: "Location" });
  await expect(place.locator(".error")).toHaveText("Location: choose which version to keep");
  await expect(place).toHaveAccessibleDescription(/choose which version to keep/);
  await hydrated(page, scripts);
  await expect(bio.getByLabel("Your version")).toBeChecked();
  await place.getByLabel("Version saved in another window").check();
  await save(page);
  await expect(page).toHaveURL(/\/profile\?saved/);
  await expect(page.getByText("Written in this tab.")).toBeVisible();
  await expect(page.getByText("Lübeck", { exact: true })).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Maya");
});

test("a change is undone from the history", async ({ page, username, scripts }) => {
  await signUp(page, username);
  for (const words of ["The first.", "The second."]) {
    await openEditor(page, scripts);
    await page.getByLabel("Bio").fill(words);
    await save(page);
    await expect(page).toHaveURL("/profile?saved");
  }
  await page.getByRole("link", { name: "History" }).click();
  await accessible(page, scripts);
  const newest = page.getByRole("listitem").first();
  await expect(newest).toContainText("The first.");
  await expect(newest).toContainText("The second.");
  await expect(newest).toContainText("by you");
  await newest.getByRole("button", { name: "Undo: Bio" }).click();
  await expect(page.getByRole("status")).toHaveText("Change undone.");
  await page.goto("/profile");
  await expect(page.getByText("The first.")).toBeVisible();
  // The undoing is a change as well.
  await page.goto("/profile/history");
  await page.getByRole("listitem").first().getByRole("button", { name: "Undo: Bio" }).click();
  await page.goto("/profile");
  await expect(page.getByText("The second.")).toBeVisible();
});

test("an editor mends somebody else's profile, and nobody else may", async ({ page, browser, site, grant, username, scripts }) => {
  await signUp(page, username);
  const context = await browser.newContext({ baseURL: site, javaScriptEnabled: scripts });
  const editor = await context.newPage();
  await signUp(editor, `${username}-ed`);
  const refused = await editor.goto(`/u/${username}/edit`);
  expect(refused?.status()).toBe(403);

  grant(`${username}-ed`, "editor");
  await editor.goto(`/u/${username}`);
  await editor.getByRole("link", { name: "Edit profile" }).click();
  await hydrated(editor, scripts);
  await expect(editor.getByLabel("Birth date")).toHaveCount(0);
  await expect(editor.getByLabel("Visible to")).toHaveCount(0);
  await editor.getByLabel("Bio").fill("Mended by the editor.");
  await accessible(editor, scripts);
  await save(editor);
  await expect(editor).toHaveURL(`/u/${username}?saved`);
  await expect(editor.getByText("Mended by the editor.")).toBeVisible();

  // The editor's own profile has a field that others have not.
  await openEditor(editor, scripts);
  await editor.getByLabel("Responsible for").fill("The harbour");
  await save(editor);
  await expect(editor.getByText("The harbour")).toBeVisible();
  await context.close();
  await openEditor(page, scripts);
  await expect(page.getByLabel("Responsible for")).toHaveCount(0);
  await page.goto("/profile/history");
  await expect(page.getByText(`by @${username}-ed`)).toBeVisible();
});
