// The settings of the account, which need no script.
import { expect, logIn, password, signUp, test } from "./site";

test("one ends the session on another device", async ({ page, browser, site, username, scripts }) => {
  await signUp(page, username);
  const context = await browser.newContext({ baseURL: site, javaScriptEnabled: scripts });
  const elsewhere = await context.newPage();
  await logIn(elsewhere, username);
  await expect(elsewhere).toHaveURL("/profile");
  await page.goto("/settings");
  await page.getByRole("link", { name: "Where you are logged in" }).click();
  await expect(page.getByText("This session")).toHaveCount(1);
  await expect(page.getByRole("listitem")).toHaveCount(2);
  await page.getByRole("listitem").getByRole("button", { name: /^End session: Chrome/ }).click();
  await expect(page.getByRole("status")).toHaveText("Session ended.");
  await expect(page.getByRole("listitem")).toHaveCount(1);
  await elsewhere.goto("/profile");
  await expect(elsewhere).toHaveURL("/login?next=/profile");
  await context.close();
});

test("a new password logs every other device out, and this one stays", { tag: "@no-script" }, async ({ page, browser, site, username, scripts }) => {
  await signUp(page, username);
  await page.goto("/profile");
  const context = await browser.newContext({ baseURL: site, javaScriptEnabled: scripts });
  const elsewhere = await context.newPage();
  await logIn(elsewhere, username);
  await expect(elsewhere).toHaveURL("/profile");

  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("link", { name: "Change password" }).click();
  await page.getByLabel("Current password").fill("not this one");
  await page.getByLabel("New password").fill(username);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByRole("alert")).toBeFocused();
  await expect(page.locator("#f-password-error")).toContainText("choose a password that is not your username");
  await expect(page.getByLabel("Current password")).toHaveValue("");

  await page.getByLabel("Current password").fill(password);
  await page.getByLabel("New password").fill("a boat needs patience");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByRole("status")).toContainText("Password changed.");
  await elsewhere.goto("/profile");
  await expect(elsewhere).toHaveURL("/login?next=/profile");
  await logIn(elsewhere, username);
  await expect(elsewhere.getByRole("alert")).toBeVisible();
  await logIn(elsewhere, username, "a boat needs patience");
  await expect(elsewhere).toHaveURL("/profile");
  await context.close();
});
