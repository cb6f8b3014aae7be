// The keyboard alone does everything there is to do, with and without script. At
// every stop on the way one sees where one is (WCAG 2.1.1, 2.4.7, 2.4.11).
import type { Locator, Page } from "@playwright/test";
import { file, png } from "./pictures";
import { expect, hydrated, password, seenBy, signUp, test } from "./site";

// Many keys, one after the other.
test.describe.configure({ timeout: 60_000 });

/** More stops than any page has. */
const MOST = 80;

/** Past the last stop is the browser's own, which is no concern of the page. */
const BROWSER = "the browser";

/** Runs in the page: what has the focus, and what is wrong with how it is shown. */
function stop(browser: string): { name: string; wrong: string[] } {
  const element = document.activeElement ?? document.body;
  if (element === document.body) return { name: browser, wrong: [] };
  const words = (element.getAttribute("aria-label") ?? element.textContent ?? "").trim().replace(/\s+/g, " ");
  const name = [element.localName, element.id && `#${element.id}`, words && ` "${words.slice(0, 40)}"`].join("");
  const wrong: string[] = [];
  // A link that is broken between two lines is where its first part is.
  const box = element.getClientRects()[0] ?? new DOMRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const [left, top] = [Math.max(box.left, 0), Math.max(box.top, 0)];
  const [width, height] = [Math.min(box.right, clientWidth) - left, Math.min(box.bottom, clientHeight) - top];
  // Of what is large the browser shows where one types.
  const least = (size: number) => Math.min(Math.max(size - 1, 1), 24);
  if (width < least(box.width) || height < least(box.height)) wrong.push("is not within the screen");
  const above = document.elementFromPoint(left + width / 2, top + Math.min(height / 2, 24));
  if (!above || !element.contains(above)) wrong.push(`is below ${above?.outerHTML.slice(0, 60)}`);
  const outline = (style: CSSStyleDeclaration) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  const own = getComputedStyle(element);
  // A control may share its outline with the box around it.
  const shared = element.parentElement && outline(getComputedStyle(element.parentElement));
  if (!outline(own) && own.boxShadow === "none" && !shared) wrong.push("does not show that it has the focus");
  return { name, wrong };
}

/** Presses Tab until that has the focus, once around the page, and looks at each stop. */
async function tabTo(page: Page, target: Locator, key: "Tab" | "Shift+Tab" = "Tab") {
  const passed: string[] = [];
  const isAround = () => passed.filter((name) => name === BROWSER).length > 1;
  while (passed.length < MOST && !isAround()) {
    await page.keyboard.press(key);
    const { name, wrong } = await page.evaluate(stop, BROWSER);
    passed.push(name);
    if (wrong.length > 0) {
      // A page that fades in lies below its picture for a moment.
      const still = async () => (await page.evaluate(stop, BROWSER)).wrong;
      await expect.poll(still, { message: `${name}, after ${key} on ${page.url()}`, timeout: 2_000 }).toEqual([]);
    }
    if (await target.and(page.locator(":focus")).count()) return;
  }
  throw new Error(`${key} does not reach ${target} on ${page.url()}, but ${passed.join(", ")}`);
}

/** Goes there, and types over what is there. */
async function typeInto(page: Page, target: Locator, words: string) {
  await tabTo(page, target);
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type(words);
}

/** Goes there, and presses it. */
async function press(page: Page, target: Locator, key: "Enter" | "Space" = "Enter") {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

const link = (page: Page, name: string) => page.getByRole("link", { name, exact: true });
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

/** From the own profile into its editor. */
async function intoEditor(page: Page, scripts: boolean) {
  await press(page, link(page, "Edit profile"));
  await expect(page).toHaveURL("/profile/edit");
  await hydrated(page, scripts);
}

test("somebody signs up, and mends what was refused", { tag: "@no-script" }, async ({ page, username, scripts }) => {
  await page.goto("/");
  await press(page, page.getByRole("main").getByRole("link", { name: "Create account" }));
  await expect(page).toHaveURL("/signup");
  await typeInto(page, page.getByLabel("Username"), "x");
  await typeInto(page, page.getByLabel("Password"), password);
  await page.keyboard.press("Enter");
  // The summary has the focus, and its link leads to the control.
  await expect(page.getByRole("alert")).toBeFocused();
  await press(page, page.getByRole("alert").getByRole("link", { name: /^Username: / }));
  await expect(page.getByLabel("Username")).toBeFocused();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type(username);
  await typeInto(page, page.getByLabel("Password"), password);
  if (scripts) {
    const show = button(page, "Show password");
    await press(page, show, "Space");
    await expect(page.getByLabel("Password")).toHaveAttribute("type", "text");
    await expect(show).toBeFocused();
    await page.keyboard.press("Space");
    await expect(page.getByLabel("Password")).toHaveAttribute("type", "password");
  }
  await press(page, button(page, "Create account"));
  await expect(page).toHaveURL("/profile");
  await expect(page.getByRole("main")).toContainText(`@${username}`);
});

test("somebody fills in a field, and chooses who sees it", { tag: "@no-script" }, async ({ page, username, scripts }) => {
  await signUp(page, username);
  await page.goto("/profile");
  await intoEditor(page, scripts);
  await typeInto(page, page.getByLabel("Location"), "Kiel");
  const audience = seenBy(page, "location");
  await tabTo(page, audience);
  await expect(audience).toHaveValue("everyone");
  for (let step = 0; step < 2; step++) await page.keyboard.press("ArrowDown");
  await expect(audience).toHaveValue("me");
  await page.keyboard.press("ArrowUp");
  await expect(audience).toHaveValue("members");
  // And the way back.
  await tabTo(page, page.getByLabel("Bio"), "Shift+Tab");
  await page.keyboard.type("Written without a mouse.");
  // Arrows choose among the answers to one question.
  await tabTo(page, page.getByLabel("Everyone"));
  await page.keyboard.press("ArrowDown");
  await expect(page.getByLabel("Members: anyone who is logged in")).toBeChecked();
  await press(page, button(page, "Save profile"));
  await expect(page).toHaveURL("/profile?saved");
  await expect(page.getByText("Written without a mouse.")).toBeVisible();
  await intoEditor(page, scripts);
  await expect(audience).toHaveValue("members");
  await expect(page.getByLabel("Members: anyone who is logged in")).toBeChecked();
  await expect(page.getByLabel("Location")).toHaveValue("Kiel");
});

test("somebody sees their profile with the eyes of others", async ({ page, username, scripts }) => {
  const phone = "+49 431 8800";
  await signUp(page, username);
  await page.goto("/profile");
  await intoEditor(page, scripts);
  await typeInto(page, page.getByLabel("Phone number"), phone);
  if (scripts) {
    // The preview changes, and the focus stays where it was.
    const preview = page.getByRole("complementary", { name: "Preview" });
    const eyes = (name: string) => preview.getByRole("link", { name, exact: true });
    await expect(preview.getByText(phone)).toBeVisible();
    await press(page, eyes("Guest"));
    await expect(eyes("Guest")).toHaveAttribute("aria-current", "true");
    await expect(preview.getByText(phone)).toHaveCount(0);
    await expect(eyes("Guest")).toBeFocused();
    await press(page, eyes("Member"));
    await expect(preview.getByText(phone)).toBeVisible();
    await expect(eyes("Member")).toBeFocused();
    await tabTo(page, button(page, "Save profile"), "Shift+Tab");
    await page.keyboard.press("Enter");
  } else {
    await press(page, button(page, "Save profile"));
  }
  await expect(page).toHaveURL("/profile?saved");
  const views = page.getByRole("navigation", { name: "View as" });
  const eyes = (name: string) => views.getByRole("link", { name, exact: true });
  await press(page, eyes("Guest"));
  await expect(page).toHaveURL("/profile?as=guest");
  await expect(page.getByText(phone)).toHaveCount(0);
  await press(page, eyes("Member"));
  await expect(page).toHaveURL("/profile?as=member");
  await expect(page.getByText(phone)).toBeVisible();
  await press(page, eyes("Me"));
  await expect(page).toHaveURL("/profile");
});

const view = (page: Page) => page.getByRole("group", { name: "Crop area" });

/** Opens the browser's own choice of a file by key, and chooses. */
async function choosePicture(page: Page, scripts: boolean) {
  // The browser is told to ask us on the way there, or the first key may come too early.
  const asked = page.waitForEvent("filechooser");
  await tabTo(page, page.getByLabel("Picture file"));
  await page.keyboard.press("Enter");
  await (await asked).setFiles(file(png([210, 40, 40], [40, 70, 200])));
  if (scripts) await expect(view(page)).toBeVisible();
}

const portrait = (page: Page) => page.locator(".profile-header img.avatar");

test("somebody chooses a picture, and takes it away again", async ({ page, username, scripts }) => {
  await signUp(page, username);
  await page.goto("/profile/avatar");
  await hydrated(page, scripts);
  await choosePicture(page, scripts);
  await typeInto(page, page.getByLabel("Picture description"), "Red and blue");
  await press(page, button(page, "Save picture"));
  await page.waitForURL("/profile?saved");
  await expect(portrait(page)).toHaveAttribute("alt", "Red and blue");
  await page.goto("/profile/avatar");
  await hydrated(page, scripts);
  await press(page, button(page, "Remove picture"));
  await page.waitForURL("/profile?saved");
  await expect(portrait(page)).toHaveCount(0);
});

test("somebody crops a picture", { tag: "@script" }, async ({ page, username, scripts }) => {
  await signUp(page, username);
  await page.goto("/profile/avatar");
  await hydrated(page, scripts);
  await choosePicture(page, scripts);
  await tabTo(page, view(page));
  /** Where the picture lies behind its view. */
  const lies = () => view(page).locator("img").evaluate((image) => image.getAttribute("style"));
  const changes = async (act: () => Promise<void>) => {
    const before = await lies();
    await act();
    await expect.poll(lies).not.toBe(before);
  };
  const start = await lies();
  for (const key of ["+", "+", "ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown", "-"]) {
    await changes(() => page.keyboard.press(key));
    await expect(view(page)).toBeFocused();
  }
  const zoom = page.getByLabel("Zoom");
  await expect(zoom).toHaveValue("5");
  await tabTo(page, zoom);
  await changes(() => page.keyboard.press("ArrowRight"));
  await expect(zoom).toHaveValue("6");
  for (const [name, key] of [
    ["Move left", "Enter"],
    ["Move up", "Space"],
    ["Move down", "Space"],
    ["Move right", "Enter"],
    ["Rotate", "Space"],
    ["Reset", "Enter"],
  ] as const) {
    await changes(() => press(page, button(page, name), key));
    await expect(button(page, name)).toBeFocused();
  }
  expect(await lies()).toBe(start);
  await tabTo(page, zoom, "Shift+Tab");
  await page.keyboard.press("End");
  await expect(zoom).toHaveValue("100");
  await press(page, button(page, "Save picture"));
  await page.waitForURL("/profile?saved");
  await expect(portrait(page)).toBeVisible();
});

test("somebody changes colours and language at the foot of a page", async ({ page }) => {
  await page.goto("/login");
  const html = page.locator("html");
  const title = page.getByRole("heading", { level: 1 });
  const foot = (name: string) => page.getByRole("contentinfo").getByRole("button", { name, exact: true });
  await press(page, foot("Dark"), "Space");
  await expect(html).toHaveAttribute("data-theme", "dark");
  await expect(foot("Dark")).toHaveAttribute("aria-pressed", "true");
  await expect(page).toHaveURL("/login");
  for (const [language, tag, direction, words] of [
    ["Deutsch", "de", "ltr", "Willkommen zurück"],
    ["العربية", "ar", "rtl", "مرحبًا بعودتك"],
    ["English", "en", "ltr", "Welcome back"],
  ]) {
    await press(page, foot(language));
    await expect(html).toHaveAttribute("lang", tag);
    await expect(html).toHaveAttribute("dir", direction);
    await expect(title).toHaveText(words);
    await expect(foot(language)).toHaveAttribute("aria-pressed", "true");
    await expect(html).toHaveAttribute("data-theme", "dark");
    await expect(page).toHaveURL("/login");
  }
});

test("somebody deletes their account", async ({ page, username }) => {
  await signUp(page, username);
  await page.goto("/profile");
  await press(page, link(page, "Settings"));
  await expect(page).toHaveURL("/settings");
  await press(page, link(page, "Delete account"));
  await expect(page).toHaveURL("/settings/delete");
  await typeInto(page, page.getByLabel("Your username"), username);
  await typeInto(page, page.getByLabel("Your password"), password);
  await press(page, button(page, "Delete account"));
  await expect(page).toHaveURL("/login?left");
  await expect(page.getByRole("status")).toContainText("It will be permanently deleted in 14 days unless you log in before then.");
});
