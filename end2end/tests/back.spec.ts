// What a browser fills in by itself: after Back, on a reload, for the next user.
import { expect, logIn, openEditor, save, seenBy, signUp, test } from "./site";

test("Back brings no older words over newer ones that were saved elsewhere", async ({ page, context, username, scripts }) => {
  await signUp(page, username);
  await openEditor(page, scripts);
  await page.getByLabel("Bio").fill("Older words.");
  await seenBy(page, "bio").selectOption("Members");
  await save(page);
  await expect(page).toHaveURL("/profile?saved");

  const elsewhere = await context.newPage();
  await openEditor(elsewhere, scripts);
  await elsewhere.getByLabel("Bio").fill("Newer words.");
  await seenBy(elsewhere, "bio").selectOption("Everyone");
  await save(elsewhere);
  await expect(elsewhere).toHaveURL("/profile?saved");

  await page.goBack();
  await expect(page).toHaveURL("/profile/edit");
  await expect(page.getByLabel("Bio")).toHaveValue("Newer words.");
  await expect(seenBy(page, "bio")).toHaveValue("everyone");
  await page.getByLabel("Location").fill("Kiel");
  await save(page);
  await expect(page).toHaveURL("/profile?saved");
  await expect(page.getByText("Newer words.")).toBeVisible();
  await expect(page.getByText("Kiel")).toBeVisible();
});

test("Back after saving goes on from what was saved", async ({ page, username, scripts }) => {
  await signUp(page, username);
  await openEditor(page, scripts);
  await page.getByLabel("Bio").fill("I mend baots.");
  await save(page);
  await expect(page).toHaveURL("/profile?saved");
  await page.goBack();
  await expect(page.getByLabel("Bio")).toHaveValue("I mend baots.");
  await page.getByLabel("Bio").fill("I mend boats.");
  await save(page);
  await expect(page).toHaveURL("/profile?saved");
  await expect(page.getByText("I mend boats.")).toBeVisible();
});

test("what was typed and not saved is there again after Back", async ({ page, username, scripts }) => {
  await signUp(page, username);
  await openEditor(page, scripts);
  await page.getByLabel("Bio").fill("Not saved yet.");
  // Where there is script the browser asks before the page is left.
  page.on("dialog", (dialog) => dialog.accept());
  await page.getByRole("link", { name: "Cancel" }).first().click();
  await expect(page).toHaveURL("/profile");
  await page.goBack();
  await expect(page.getByLabel("Bio")).toHaveValue("Not saved yet.");
});

test("a reload shows what is stored by then", async ({ page, context, username, scripts }) => {
  await signUp(page, username);
  await openEditor(page, scripts);
  await page.getByLabel("Bio").fill("Typed here.");
  const elsewhere = await context.newPage();
  await openEditor(elsewhere, scripts);
  await elsewhere.getByLabel("Bio").fill("Saved there.");
  await save(elsewhere);
  await expect(elsewhere).toHaveURL("/profile?saved");
  page.on("dialog", (dialog) => dialog.accept());
  await page.reload();
  await expect(page.getByLabel("Bio")).toHaveValue("Saved there.");
});

test("nobody's words come back into the form of who logs in next", async ({ page, context, username, scripts }) => {
  const next = `${username}-next`;
  for (const name of [next, username]) {
    await context.clearCookies();
    await signUp(page, name);
  }
  await openEditor(page, scripts);
  await page.getByLabel("Bio").fill("A secret of the first.");
  page.on("dialog", (dialog) => dialog.accept());
  await page.getByRole("link", { name: "Cancel" }).first().click();
  await expect(page).toHaveURL("/profile");
  // The editor stays where Back leads to; who is logged in becomes another.
  const elsewhere = await context.newPage();
  await elsewhere.goto("/profile");
  await elsewhere.getByRole("button", { name: "Log out" }).click();
  await logIn(elsewhere, next);
  await expect(elsewhere).toHaveURL("/profile");
  await page.goBack();
  await expect(page.getByLabel("Bio")).toHaveValue("");
});
