// What only a browser without script meets.
import { erase, expect, newDatabase, openEditor, password, save, signUp, start, stop, test } from "./site";

test("a session that ended keeps the form, to be sent again", async ({ page, context, username }) => {
  await signUp(page, username);
  await openEditor(page, false);
  await page.getByLabel("Bio").fill("Written on a train.");
  await context.clearCookies();
  await save(page);
  await expect(page.getByText("What you typed is kept on this page, but not saved yet.")).toBeVisible();

  const opened = context.waitForEvent("page");
  await page.getByRole("main").getByRole("link", { name: "Log in (opens in a new tab)" }).click();
  const login = await opened;
  await login.getByLabel("Username or email address").fill(username);
  await login.getByLabel("Password").fill(password);
  await login.getByRole("button", { name: "Log in" }).click();
  await expect(login).toHaveURL("/profile");

  await page.getByRole("button", { name: "Send again" }).click();
  await expect(page).toHaveURL("/profile?saved");
  await expect(page.getByText("Written on a train.")).toBeVisible();
});

test("a double click signs up once, and is told of no name that is taken", async ({ page, username }) => {
  await page.goto("/signup");
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account" }).dblclick();
  await expect(page).toHaveURL("/profile");
  await expect(page.getByText(`@${username}`).first()).toBeVisible();
});

test("a button that needs a script is not there without", async ({ page }) => {
  await page.goto("/login");
  await expect(page.locator(".reveal")).toBeHidden();
});

test("the site's mark has the operator's colour, however it is packed", async ({ request }) => {
  const database = newDatabase();
  const { server, url } = await start(database, "--accent", "#7a1f5c");
  try {
    for (const encoding of ["br", "gzip", "identity"]) {
      const mark = await request.get(`${url}/favicon.svg`, { headers: { "accept-encoding": encoding } });
      expect(await mark.text(), encoding).toContain('fill="#7a1f5c"');
    }
  } finally {
    await stop(server);
    erase(database);
  }
});
