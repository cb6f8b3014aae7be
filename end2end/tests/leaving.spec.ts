// Leaving: taking one's data along, and deleting the account. No script needed.
import { readFileSync } from "node:fs";
import { expect, logIn, password, signUp, test } from "./site";

test("one takes one's data along as a file", async ({ page, username }) => {
  await signUp(page, username);
  await page.goto("/profile");
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("link", { name: "Download your data" }).click();
  const started = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  const file = await started;
  expect(file.suggestedFilename()).toBe(`${username}.zip`);
  const bytes = readFileSync(await file.path());
  // What a zip begins with, and the name of a file in its directory.
  expect(bytes.subarray(0, 4).toString("latin1")).toBe("PK\x03\x04");
  expect(bytes.includes("history.json")).toBe(true);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Download your data");
});

test("one reads what goes, deletes the account, and may think again", { tag: "@no-script" }, async ({ page, browser, site, username, scripts }) => {
  await signUp(page, username);
  await page.goto("/settings");
  await page.getByRole("link", { name: "Delete account" }).click();
  await expect(page.getByText("permanently deleted after 14 days")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Permanently deleted" })).toBeVisible();
  await expect(page.getByText("Your profile", { exact: true })).toBeVisible();

  const submit = () => page.getByRole("button", { name: "Delete account" }).click();
  await submit();
  await expect(page.getByRole("alert")).toBeFocused();
  await expect(page.getByRole("alert")).toContainText("Your username: this field is required");
  await page.getByLabel("Your username").fill("somebody-else");
  await page.getByLabel("Your password").fill("wrong password");
  await submit();
  await expect(page.getByRole("alert")).toContainText("enter your own username");
  await expect(page.getByLabel("Your username")).toHaveValue("somebody-else");
  await page.getByLabel("Your username").fill(username);
  await page.getByLabel("Your password").fill(password);
  await submit();
  await expect(page).toHaveURL("/login?left");
  await expect(page.getByRole("status")).toContainText("It will be permanently deleted in 14 days unless you log in before then.");

  const context = await browser.newContext({ baseURL: site, javaScriptEnabled: scripts });
  const stranger = await context.newPage();
  expect((await stranger.goto(`/u/${username}`))?.status()).toBe(404);
  await logIn(page, username);
  await expect(page).toHaveURL("/settings?stayed");
  await expect(page.getByRole("status")).toContainText("Your account will not be deleted.");
  expect((await stranger.goto(`/u/${username}`))?.status()).toBe(200);
  await context.close();
});

test("one sees what was done with one's account", async ({ page, username }) => {
  await signUp(page, username);
  await page.goto("/profile");
  await page.getByRole("button", { name: "Log out" }).click();
  await logIn(page, username, "wrong password");
  await logIn(page, username);
  await page.goto("/settings");
  await page.getByRole("link", { name: "Activity" }).click();
  const entries = page.getByRole("listitem");
  await expect(entries.nth(0)).toContainText("Logged in");
  await expect(entries.nth(0)).toContainText("Chrome");
  await expect(entries.nth(0)).toContainText("127.0.0.1");
  await expect(entries.filter({ hasText: "wrong password" })).toHaveCount(1);
  await expect(entries.last()).toContainText("Signed up");
});
