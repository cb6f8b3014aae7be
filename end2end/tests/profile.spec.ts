// The whole way: sign up, see the profile, edit it, come back.
import { expect, openEditor, password, save, seenBy, signUp, test } from "./site";

test("who signs up has a profile, edits it, and finds it again", { tag: ["@no-script", "@mobile"] }, async ({ page, context, username, scripts }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Create account" }).click();
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Email address").fill(`${username}@example.org`);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account" }).click();

  await expect(page).toHaveURL("/profile");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(username);
  await page.getByRole("link", { name: "Edit profile" }).click();
  if (scripts) await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
  await page.getByLabel("Bio").fill("I mend boats.\n\nAsk me about tar.");
  await page.getByLabel("First name").fill("Maya");
  await page.getByLabel("Last name").fill("O’Šea");
  await page.getByLabel("Location").fill("Kiel");
  await page.getByLabel("Day").fill("27");
  await page.getByLabel("Month").fill("february");
  await page.getByLabel("Year").fill("1988");
  await page.getByLabel("Phone number").fill("+49 (0)431 / 880-0");
  // By themselves these two are not for everybody.
  for (const key of ["birth_date", "phone_number"]) await seenBy(page, key).selectOption("Everyone");
  await save(page);

  await expect(page).toHaveURL("/profile?saved");
  await expect(page.getByRole("status")).toHaveText("Profile saved.");
  const seesAll = async () => {
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Maya O’Šea");
    for (const words of ["Ask me about tar.", "Kiel", "27 February 1988", "+49 (0)431 / 880-0"]) {
      await expect(page.getByText(words)).toBeVisible();
    }
  };
  await seesAll();
  await page.reload();
  await seesAll();

  // Another day, another browser session.
  await context.clearCookies();
  await page.goto("/profile");
  await expect(page).toHaveURL("/login?next=/profile");
  await page.getByLabel("Username or email address").fill(username);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page).toHaveURL("/profile");
  await seesAll();

  // What others see.
  await page.getByRole("button", { name: "Log out" }).click();
  await expect(page).toHaveURL("/");
  await page.goto(`/u/${username.toUpperCase()}`);
  await seesAll();
  await expect(page.getByRole("link", { name: "Edit profile" })).toHaveCount(0);
});

test("a refused form keeps what was typed and says what to do", { tag: ["@no-script", "@mobile"] }, async ({ page, username, scripts }) => {
  await signUp(page, username);
  await openEditor(page, scripts);
  await page.getByLabel("Bio").fill("This must not be lost.");
  await page.getByLabel("Day").fill("31");
  await page.getByLabel("Month").fill("feb");
  await page.getByLabel("Year").fill("1988");
  await save(page);

  const problem = page.getByRole("alert");
  await expect(problem).toContainText("There is a problem");
  await expect(problem).toBeFocused();
  await expect(page).toHaveTitle(/^Error: Edit profile/);
  await expect(page.getByLabel("Bio")).toHaveValue("This must not be lost.");
  await expect(page.getByLabel("Day")).toHaveValue("31");
  await expect(page.getByLabel("Month")).toHaveValue("feb");
  await expect(page.locator("#f-birth_date-error")).toHaveText("Birth date: enter a day that exists in this month");
  for (const part of ["Day", "Month", "Year"]) {
    await expect(page.getByLabel(part)).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByLabel(part)).toHaveAccessibleDescription(/enter a day that exists in this month/);
  }
  await problem.getByRole("link", { name: /Birth date/ }).click();
  await expect(page.locator("#f-birth_date")).toBeFocused();

  await page.getByLabel("Day").fill("27");
  if (scripts) {
    // The error goes the moment it is mended.
    await expect(problem).toBeHidden();
    await expect(page.locator("#f-birth_date-error")).toBeEmpty();
  }
  await save(page);
  await expect(page).toHaveURL("/profile?saved");
  await expect(page.getByText("This must not be lost.")).toBeVisible();
});

test("markup in a profile is text", async ({ page, username, scripts }) => {
  const attack = "</textarea><script>document.title = 'owned'</script>";
  await signUp(page, username);
  await openEditor(page, scripts);
  await page.getByLabel("Bio").fill(attack);
  await page.getByLabel("First name").fill("</title><script>x()</script>");
  await save(page);
  await expect(page).toHaveURL("/profile?saved");
  for (const path of ["/profile", `/u/${username}`]) {
    await page.goto(path);
    await expect(page.getByText(attack)).toBeVisible();
    await expect(page).not.toHaveTitle(/owned/);
  }
  await openEditor(page, scripts);
  await expect(page.getByLabel("Bio")).toHaveValue(attack);
  await expect(page).not.toHaveTitle(/owned/);
});

test("a taken username is told on its field", async ({ page, username }) => {
  await signUp(page, username);
  await page.goto("/profile");
  await page.getByRole("button", { name: "Log out" }).click();
  await page.goto("/signup");
  await page.getByLabel("Username").fill(username.toUpperCase());
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("alert")).toBeFocused();
  await expect(page.getByLabel("Username")).toHaveValue(username.toUpperCase());
  await expect(page.locator("#f-username-error")).toHaveText("Username: this name is taken. Choose another one");
});

test("a wrong password says only that the pair is wrong", async ({ page, username }) => {
  await signUp(page, username);
  await page.goto("/profile");
  await page.getByRole("button", { name: "Log out" }).click();
  await page.goto("/login?next=/profile/edit");
  await page.getByLabel("Username or email address").fill(username);
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("alert")).toContainText("Check your username and password");
  await expect(page.getByLabel("Password")).toHaveValue("");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page).toHaveURL("/profile/edit");
});
