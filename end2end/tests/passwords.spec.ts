// What a few lines of script do on a page with a password.
import { expect, password, test } from "./site";

test("a password is shown to who asks, and sent as ever", async ({ page, username }) => {
  await page.goto("/signup");
  const control = page.locator("[name=password]");
  const show = page.getByRole("button", { name: "Show password" });
  await page.getByLabel("Username").fill(username);
  await control.fill(password);
  await expect(control).toHaveAttribute("type", "password");
  await show.click();
  await expect(control).toHaveAttribute("type", "text");
  await expect(show).toHaveAttribute("aria-pressed", "true");
  await show.click();
  await expect(control).toHaveAttribute("type", "password");
  await show.click();
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL("/profile");
});

test("Caps Lock is told while a password is typed", async ({ page }) => {
  await page.goto("/login");
  await page.locator("[name=password]").focus();
  const note = page.getByText("Caps Lock is on.");
  await expect(note).toHaveCount(0);
  const press = (on: boolean) =>
    page.locator("[name=password]").evaluate((input, on) => {
      const event = new KeyboardEvent("keydown", { key: "a", modifierCapsLock: on });
      input.dispatchEvent(event);
    }, on);
  await press(true);
  await expect(note).toBeVisible();
  await press(false);
  await expect(note).toHaveCount(0);
});

test("a double click signs up once", async ({ page, username }) => {
  const sent: string[] = [];
  page.on("request", (request) => request.method() === "POST" && sent.push(request.url()));
  await page.goto("/signup");
  await page.getByLabel("Username").fill(username);
  await page.locator("[name=password]").fill(password);
  await page.getByRole("button", { name: "Create account" }).dblclick();
  await expect(page).toHaveURL("/profile");
  expect(sent).toHaveLength(1);
});
