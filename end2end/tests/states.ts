// Every page, in the states that somebody may find it in. No step depends on the
// language of the page.
import type { Page } from "@playwright/test";
import { generate } from "otplib";
import { boat, file } from "./pictures";
import { expect, fillIn, hydrated, openEditor, password, send, signUp, submit } from "./site";

/** Who opens a page. */
export type Visitor = {
  page: Page;
  username: string;
  scripts: boolean;
  /** Gives the link of a mail to that address, to that path. */
  link: (address: string, path: string) => Promise<string>;
  /** Gives a user another role. */
  grant: (username: string, role: string) => void;
  /** Has somebody sign up who waits for approval. */
  enqueue: (username: string, email?: string) => Promise<void>;
};
export type State = {
  name: string;
  open: (visitor: Visitor) => Promise<unknown>;
  /** Whether its page has a script, and so is another page where none runs. */
  scripted?: boolean;
};

/** A profile with everything in it. */
export const maya = {
  bio: "I restore wooden boats on the fjord, and write about the people who sailed them.\n\nAsk me about clinker hulls, tar, and why the best varnish is patience.",
  first_name: "Maya",
  last_name: "Lindqvist",
  location: "Kiel, Germany",
  "birth_date.day": "27",
  "birth_date.month": "2",
  "birth_date.year": "1988",
  phone_number: "+49 431 880-0",
};

const tenScripts = {
  first_name: "मीरा 明美 مريم มาลี Мария",
  last_name: "Μαρία מרים 마리아 მარიამ ማርያም",
  location: "नमस्ते · 你好 · مرحبًا · สวัสดี",
  bio: "नमस्ते\n你好\nمرحبًا\nสวัสดี\nЗдравствуйте\nΓειά σας\nשלום\n안녕하세요\nგამარჯობა\nሰላም",
};

export const tenThousandLines = Array.from({ length: 10_000 }, (_, line) => `Line ${line}`).join("\n");

/** Fills in a control at once. As if typed, ten thousand lines take a browser half a minute; pasted, a second. */
export const put = (page: Page, name: string, text: string) =>
  page.locator(`form.card [name="${name}"]`).evaluate((control: HTMLTextAreaElement, text) => {
    control.value = text;
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }, text);

/** The longest address there is for a name: 254 characters. */
const longest = (username: string) => `${username.padEnd(64, "x")}@${"y".repeat(63)}.${"z".repeat(63)}.${"w".repeat(58)}.de`;

export async function askFor(page: Page, path: string, email: string) {
  await submit(page, path, { email });
  await page.goto(`${path}?sent`);
}

/** Sends a form that is not right. */
async function refused(page: Page, path: string, values: Record<string, string> = {}) {
  await page.goto(path);
  await fillIn(page, values);
  await send(page);
  await expect(page.getByRole("alert")).toBeVisible();
}

const saveProfile = (page: Page, values: Record<string, string>) => submit(page, "/profile/edit", values);

export const savePicture = (page: Page) =>
  submit(page, "/profile/avatar", { "avatar.alt": "A boat under sail", avatar: file(boat()) }, "multipart");

/** Begins to add an app, and gives its key. */
async function openApp(page: Page) {
  await submit(page, "/settings/second", { act: "add-app" });
  await page.goto("/settings/second/app");
  return (await page.locator("code.link-shown").innerText()).replaceAll(" ", "");
}

/** Adds an app, and opens the page with the recovery codes. */
async function addApp(page: Page) {
  const secret = await openApp(page);
  await submit(page, "/settings/second/app", { "app-code": await generate({ secret }) });
  await page.goto("/settings/second/codes");
}

async function openPicture({ page, scripts }: Visitor) {
  await page.goto("/profile/avatar");
  // The island shows that it is awake.
  if (scripts) await expect(page.locator("#crop-ways")).toBeVisible();
}

/** A table of users, with mistakes in it. */
const table = `username,email,role,bio
longest-name-that-a-user-may-have,${longest("a")},editor,
zoe,zoe@example.org,,I restore boats.
x y,nonsense,king,${"x".repeat(2100)}
`;

async function checkTable(page: Page, text: string) {
  await page.goto("/admin/import");
  await page.locator("[name=file]").setInputFiles({ name: "table.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await page.locator("form.act:has([name=file]) button").click();
}

const endSession = (page: Page) => page.context().clearCookies({ name: /^session/ });

const guest: State[] = [
  { name: "welcome", open: ({ page }) => page.goto("/") },
  { name: "sign up", scripted: true, open: ({ page }) => page.goto("/signup") },
  { name: "sign up, refused", scripted: true, open: ({ page }) => refused(page, "/signup") },
  { name: "log in", scripted: true, open: ({ page }) => page.goto("/login") },
  { name: "log in, on the way", scripted: true, open: ({ page }) => page.goto("/login?next=/profile") },
  { name: "log in, refused", scripted: true, open: ({ page, username }) => refused(page, "/login", { username, password: "a guess" }) },
  { name: "forgot", open: ({ page }) => page.goto("/forgot") },
  { name: "forgot, sent", open: ({ page, username }) => askFor(page, "/forgot", `${username}@example.net`) },
  { name: "forgot, refused", open: ({ page }) => refused(page, "/forgot", { email: "nobody" }) },
  { name: "a dead invitation", open: ({ page }) => page.goto(`/join/${"x".repeat(43)}`) },
  { name: "a dead link", open: ({ page }) => page.goto("/reset/x") },
  { name: "not found", open: ({ page }) => page.goto("/nowhere") },
  { name: "appearance", open: ({ page }) => page.goto("/settings/appearance") },
  {
    name: "appearance, saved",
    open: async ({ page }) => {
      await page.goto("/settings/appearance");
      await send(page);
      await expect(page).toHaveURL("/settings/appearance?saved");
    },
  },
];

const member: State[] = [
  { name: "sign up, logged in", open: ({ page }) => page.goto("/signup") },
  { name: "own profile, empty", open: ({ page }) => page.goto("/profile") },
  {
    name: "own profile, full",
    open: async ({ page }) => {
      await savePicture(page);
      await saveProfile(page, maya);
      await page.goto("/profile?saved");
    },
  },
  {
    name: "own profile, every field at its limit",
    open: async ({ page }) => {
      await saveProfile(page, {
        bio: "Supercalifragilistic".repeat(100),
        first_name: "W".repeat(30),
        last_name: "م".repeat(30),
        location: "x".repeat(100),
        phone_number: "+49 (0) 431 / 123 456 789-0",
      });
      await page.goto("/profile?saved");
    },
  },
  {
    name: "own profile, names in ten scripts",
    open: async ({ page }) => {
      await saveProfile(page, tenScripts);
      await page.goto("/profile?saved");
    },
  },
  {
    name: "own profile, as a guest sees it",
    open: async ({ page }) => {
      await saveProfile(page, maya);
      await page.goto("/profile?as=guest");
    },
  },
  { name: "public profile, empty", open: ({ page, username }) => page.goto(`/u/${username}`) },
  {
    name: "public profile, full, to a guest",
    open: async ({ page, username }) => {
      await savePicture(page);
      await saveProfile(page, { ...maya, "birth_date.audience": "everyone", "phone_number.audience": "everyone" });
      await endSession(page);
      await page.goto(`/u/${username}`);
      await expect(page.locator(".p-tel, .u-photo")).toHaveCount(2);
    },
  },
  {
    name: "public profile, code to scan",
    open: async ({ page, username }) => {
      // Without script a browser waits with no picture.
      const code = page.waitForResponse(`**/u/${username}/qr.svg`);
      await page.goto(`/u/${username}`);
      await page.locator(".qr summary").click();
      expect((await code).ok()).toBe(true);
    },
  },
  { name: "edit", scripted: true, open: ({ page, scripts }) => openEditor(page, scripts) },
  {
    name: "edit, full",
    scripted: true,
    open: async ({ page, scripts }) => {
      await savePicture(page);
      await saveProfile(page, maya);
      await openEditor(page, scripts);
    },
  },
  {
    name: "edit, not saved yet",
    scripted: true,
    open: async ({ page, scripts }) => {
      await openEditor(page, scripts);
      await fillIn(page, maya);
      if (scripts) await expect(page.locator("form.unsaved")).toBeVisible();
    },
  },
  {
    name: "edit, refused",
    scripted: true,
    open: async ({ page, scripts }) => {
      await openEditor(page, scripts);
      await fillIn(page, { phone_number: "0431", "birth_date.year": "1" });
      await send(page);
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  {
    name: "edit, ten thousand lines refused",
    scripted: true,
    open: async ({ page, scripts }) => {
      await openEditor(page, scripts);
      await put(page, "bio", tenThousandLines);
      await send(page);
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  {
    name: "edit, a conflict",
    scripted: true,
    open: async ({ page, scripts }) => {
      await openEditor(page, scripts);
      const form = page.locator("#profile-form");
      const opened = await form.evaluate((form: HTMLFormElement) => Object.fromEntries(new FormData(form) as never));
      // Another tab saves first.
      await saveProfile(page, { ...opened, bio: "Written in the other tab.", location: "Lübeck" });
      await fillIn(page, { bio: maya.bio, location: maya.location });
      await send(page);
      await expect(page.locator(".conflict")).toHaveCount(2);
      await hydrated(page, scripts);
    },
  },
  {
    name: "edit, the session has ended",
    scripted: true,
    open: async ({ page, scripts }) => {
      await openEditor(page, scripts);
      await fillIn(page, maya);
      await endSession(page);
      await send(page);
      // In the editor, or on a page that keeps the form.
      await expect(page.locator("main a[href='/login'][target=_blank]")).toBeVisible();
    },
  },
  { name: "picture", scripted: true, open: (visitor) => openPicture(visitor) },
  {
    name: "picture, chosen and refused",
    scripted: true,
    open: async (visitor) => {
      const { page, scripts } = visitor;
      await openPicture(visitor);
      await page.locator("[type=file]").setInputFiles(file(boat()));
      if (scripts) await expect(page.locator("#crop-zoom")).toBeVisible();
      await page.locator("[name='avatar.alt']").fill("x".repeat(251));
      await page.locator("#crop-save").click();
      await expect(page.locator("#f-avatar-alt-error")).toBeVisible();
    },
  },
  {
    name: "picture, to change or remove",
    scripted: true,
    open: async (visitor) => {
      await savePicture(visitor.page);
      await openPicture(visitor);
    },
  },
  { name: "history, empty", open: ({ page }) => page.goto("/profile/history") },
  {
    name: "history",
    open: async ({ page }) => {
      await saveProfile(page, { bio: "I restore boats.", location: "Lübeck" });
      await savePicture(page);
      await saveProfile(page, maya);
      await page.goto("/profile/history");
    },
  },
  {
    name: "history, erase a value",
    open: async ({ page }) => {
      await saveProfile(page, { bio: "I restore boats.\n".repeat(20), location: "Lübeck" });
      await saveProfile(page, maya);
      await page.goto("/profile/history");
      await page.locator("a[href^='/profile/history/erase']").first().click();
    },
  },
  { name: "settings", open: ({ page }) => page.goto("/settings") },
  { name: "sessions", open: ({ page }) => page.goto("/settings/sessions") },
  { name: "second factors", open: ({ page }) => page.goto("/settings/second") },
  { name: "second factors, an app to be added", open: ({ page }) => openApp(page) },
  {
    name: "second factors, a wrong code",
    open: async ({ page }) => {
      await openApp(page);
      await page.locator('[name="app-code"]').fill("123");
      await send(page);
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  { name: "recovery codes", open: ({ page }) => addApp(page) },
  {
    name: "second factors, all of them",
    open: async ({ page }) => {
      await addApp(page);
      await page.goto("/settings/second");
    },
  },
  {
    name: "second step",
    open: async ({ page, username }) => {
      await addApp(page);
      await page.context().clearCookies({ name: /^session/ });
      await submit(page, "/login", { username, password });
      await page.goto("/login/second");
    },
  },
  { name: "privacy", open: ({ page }) => page.goto("/settings/privacy") },
  { name: "change password, refused", scripted: true, open: ({ page }) => refused(page, "/settings/password", { password: "password" }) },
  { name: "username", open: ({ page }) => page.goto("/settings/username") },
  { name: "username, refused", open: ({ page }) => refused(page, "/settings/username", { new_username: "admin" }) },
  {
    name: "username, changed",
    open: async ({ page, username }) => {
      await submit(page, "/settings/username", { new_username: `${username.slice(0, 28)}-too` });
      await page.goto("/settings/username?changed");
      await expect(page.getByRole("status")).toBeVisible();
    },
  },
  { name: "export", open: ({ page }) => page.goto("/settings/export") },
  { name: "delete", scripted: true, open: ({ page }) => page.goto("/settings/delete") },
  { name: "delete, refused", scripted: true, open: ({ page }) => refused(page, "/settings/delete") },
  { name: "address", open: ({ page }) => page.goto("/settings/email") },
  { name: "address that waits", open: ({ page, username }) => askFor(page, "/settings/email", longest(username)) },
  { name: "address, refused", open: ({ page }) => refused(page, "/settings/email") },
  {
    name: "confirm an address",
    scripted: true,
    open: async ({ page, username, link }) => {
      await askFor(page, "/settings/email", longest(username));
      await page.goto(await link(longest(username), "/verify/"));
      await expect(page.locator("form.card button.button")).toBeVisible();
    },
  },
  {
    name: "choose a new password, refused",
    scripted: true,
    open: async ({ page, username, link }) => {
      await askFor(page, "/settings/email", `${username}@example.net`);
      await askFor(page, "/forgot", `${username}@example.net`);
      await refused(page, await link(`${username}@example.net`, "/reset/"));
    },
  },
  {
    name: "activity",
    open: async ({ page }) => {
      // Is told with the path, a long word.
      const path = `/${"x".repeat(250)}`;
      await page.request.post(path, { headers: { "sec-fetch-site": "same-origin" } });
      await expect(async () => {
        await page.goto("/settings/activity");
        await expect(page.getByText("x".repeat(50))).toBeVisible({ timeout: 500 });
      }).toPass();
    },
  },
  {
    name: "members",
    open: async ({ page, username }) => {
      await saveProfile(page, maya);
      for (const other of ["ann", "bob"]) await signUp(page, `${username}-${other}`);
      await page.goto(`/members?q=${username}`);
      await expect(page.locator("#content").getByText(`@${username}-bob`)).toBeVisible();
    },
  },
  {
    name: "members, long names",
    open: async ({ page, username }) => {
      await saveProfile(page, { first_name: "W".repeat(30), last_name: "m".repeat(30), location: "x".repeat(100) });
      await page.goto(`/members?q=${username}&letter=w`);
      await expect(page.getByText(`@${username}`, { exact: true }).last()).toBeVisible();
    },
  },
  { name: "members, none", open: ({ page }) => page.goto("/members?q=nobody-at-all") },
  { name: "members, an unknown filter", open: ({ page }) => page.goto("/members?is.team=red") },
  {
    name: "users",
    open: async ({ page, username, grant }) => {
      for (const other of ["ann", "bob"]) await signUp(page, `${username}-${other}`, longest(`${username}-${other}`));
      await signUp(page, `${username}-too`);
      grant(`${username}-too`, "admin");
      await page.goto(`/admin/users?q=${username}`);
      await expect(page.getByRole("main").getByRole("link", { name: `@${username}-bob` })).toBeVisible();
    },
  },
  {
    name: "users, none",
    open: async ({ page, username, grant }) => {
      grant(username, "admin");
      await page.goto("/admin/users?q=nobody-at-all&role=editor&status=closed");
    },
  },
  {
    name: "schema",
    open: async ({ page, username, grant }) => {
      grant(username, "admin");
      await page.goto("/admin/schema");
      await expect(page.locator("textarea")).toBeVisible();
    },
  },
  {
    name: "schema, checked, with harm",
    open: async ({ page, username, grant }) => {
      await saveProfile(page, maya);
      grant(username, "admin");
      await page.goto("/admin/schema");
      const text = page.locator("textarea");
      const schema = await text.inputValue();
      await text.fill(schema.replace("max = 2000", "max = 5").replace('key = "location"', 'key = "place"'));
      await page.locator("form.schema-text button").click();
      await expect(page.locator("[name=read]")).toBeVisible();
    },
  },
  {
    name: "schema, a mistake",
    open: async ({ page, username, grant }) => {
      grant(username, "admin");
      await page.goto("/admin/schema");
      await page.locator("textarea").fill("[[field]]\nkey = 1\n");
      await page.locator("form.schema-text button").click();
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  {
    name: "schema, the built-in one",
    open: async ({ page, username, grant }) => {
      grant(username, "admin");
      await page.goto("/admin/schema/0");
      await expect(page.locator("pre")).toBeVisible();
    },
  },
  {
    name: "import",
    open: async ({ page, username, grant }) => {
      grant(username, "admin");
      await page.goto("/admin/import");
    },
  },
  {
    name: "import, checked",
    open: async ({ page, username, grant }) => {
      grant(username, "admin");
      await checkTable(page, `${table}${username},,,\n`);
      await expect(page.locator("[name=apply]")).toBeVisible();
    },
  },
  {
    name: "import, no table",
    open: async ({ page, username, grant }) => {
      grant(username, "admin");
      await checkTable(page, "name,shoe\nann,4\n");
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  {
    name: "users, an address from elsewhere",
    open: async ({ page, username, grant }) => {
      grant(username, "admin");
      await page.goto("/admin/users?order=last-login&after=bob");
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  {
    name: "many users, ticked",
    open: async ({ page, username, grant }) => {
      await tickMany(page, username, grant);
    },
  },
  {
    name: "many users, the plan",
    open: async ({ page, username, grant }) => {
      await tickMany(page, username, grant);
      await page.locator("[name=scope][value=ticked]").click();
      await expect(page.locator("[name=confirm]")).toHaveCount(1);
    },
  },
  {
    name: "many users, the report",
    open: async ({ page, username, grant }) => {
      await tickMany(page, username, grant);
      await page.locator("[name=scope][value=ticked]").click();
      await page.locator("form.card .save .button").click();
      await expect(page.getByRole("status")).toBeVisible();
    },
  },
  {
    name: "many users, nobody ticked",
    open: async ({ page, username, grant }) => {
      grant(username, "admin");
      await page.goto(`/admin/users?q=${username}`);
      await page.locator("[name=scope][value=ticked]").click();
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  {
    name: "a user",
    open: async ({ page, username, grant }) => {
      await signUp(page, `${username}-ann`, longest(`${username}-ann`));
      await signUp(page, `${username}-too`);
      grant(`${username}-too`, "admin");
      await page.goto(`/admin/users/${username}-ann`);
    },
  },
  {
    name: "a user, disabled",
    open: async ({ page, username, grant }) => {
      await signUp(page, `${username}-ann`, longest(`${username}-ann`));
      await signUp(page, `${username}-too`);
      grant(`${username}-too`, "admin");
      await submit(page, `/admin/users/${username}-ann`, { act: "disable", reason: "x".repeat(200) });
      await page.goto(`/admin/users/${username}-ann`);
      await expect(page.getByText("x".repeat(200)).first()).toBeVisible();
    },
  },
  {
    name: "a user, refused",
    open: async ({ page, username, grant }) => {
      await signUp(page, `${username}-too`);
      grant(`${username}-too`, "admin");
      await page.goto(`/admin/users/${username}`);
      await page.locator("[name=reason]").fill("x".repeat(501));
      await page.locator("form.act .button-grave").click();
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  {
    name: "invitations, none",
    open: async ({ page, username, grant }) => {
      grant(username, "admin");
      await page.goto("/admin/invitations?before=1");
    },
  },
  {
    name: "invitations",
    open: async ({ page, username, grant }) => {
      grant(username, "admin");
      for (const address of [longest(username), `${username}@example.net`])
        await submit(page, "/admin/invitations", { email: address, role: "editor" });
      await page.goto("/admin/invitations?sent");
      await expect(page.getByText(`${username}@example.net`)).toBeVisible();
    },
  },
  {
    name: "invitations, refused",
    open: async ({ page, username, grant }) => {
      grant(username, "admin");
      await page.goto("/admin/invitations");
      await page.locator("form.act [name=email]").fill("nobody");
      await page.locator("form.act [name=for-days]").fill("1000");
      await page.locator("form.act .button").last().click();
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  {
    name: "a user, with sessions, links and a history",
    open: async ({ page, username, grant, link }) => {
      const address = longest(username);
      await askFor(page, "/settings/email", address);
      await page.goto(await link(address, "/verify/"));
      await page.locator("form.card button.button").click();
      await askFor(page, "/forgot", address);
      await link(address, "/reset/");
      await signUp(page, `${username}-too`);
      grant(`${username}-too`, "admin");
      await page.goto(`/admin/users/${username}`);
      await expect(page.locator("[value=void]")).not.toHaveCount(0);
    },
  },
  {
    name: "delete a user",
    scripted: true,
    open: async ({ page, username, grant }) => {
      await signUp(page, `${username}-too`);
      grant(`${username}-too`, "admin");
      await page.goto(`/admin/users/${username}/erase`);
    },
  },
  {
    name: "delete a user, refused",
    scripted: true,
    open: async ({ page, username, grant }) => {
      await signUp(page, `${username}-too`);
      grant(`${username}-too`, "admin");
      await page.goto(`/admin/users/${username}/erase`);
      await page.locator("[name=typed_username]").fill("somebody-else");
      await page.locator("form.card .button-grave").click();
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  {
    name: "invitations, a link",
    open: async ({ page, username, grant }) => {
      grant(username, "admin");
      await page.goto("/admin/invitations");
      await page.locator("form.act .button").last().click();
      await expect(page.locator(".link-shown")).toBeVisible();
    },
  },
  {
    name: "join",
    scripted: true,
    open: async ({ page, username, grant, link }) => {
      grant(username, "admin");
      await submit(page, "/admin/invitations", { email: longest(username) });
      const path = await link(longest(username), "/join/");
      await endSession(page);
      await page.goto(path);
      await expect(page.locator("form.card [type=password]")).toBeVisible();
    },
  },
  {
    name: "join, refused",
    scripted: true,
    open: async ({ page, username, grant, link }) => {
      grant(username, "admin");
      await submit(page, "/admin/invitations", { email: `${username}@example.net` });
      const path = await link(`${username}@example.net`, "/join/");
      await endSession(page);
      await refused(page, path, { username: "?" });
    },
  },
  {
    name: "a profile as a member sees it",
    open: async ({ page, username, grant }) => {
      await signUp(page, `${username}-ann`);
      await signUp(page, `${username}-too`);
      grant(`${username}-too`, "admin");
      await page.goto(`/admin/users/${username}-ann/sees?profile=${username}`);
      await expect(page.locator("article")).toBeVisible();
    },
  },
  {
    name: "a profile that a member does not see",
    open: async ({ page, username, grant }) => {
      await signUp(page, `${username}-too`);
      grant(`${username}-too`, "admin");
      await page.goto(`/admin/users/${username}/sees?profile=nobody-at-all`);
    },
  },
  {
    name: "events",
    open: async ({ page, username, grant }) => {
      await signUp(page, `${username}-too`);
      grant(`${username}-too`, "admin");
      await page.goto(`/admin/events?user=${username}`);
      await expect(page.locator(".events li")).not.toHaveCount(0);
    },
  },
  {
    name: "events, refused",
    open: async ({ page, username, grant }) => {
      grant(username, "admin");
      await page.goto("/admin/events?user=nobody-at-all&from=2026-02-30&before=elsewhere");
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  {
    name: "own profile, waiting",
    open: async ({ page, username, enqueue }) => {
      await enqueue(`${username}-ann`);
      await page.context().clearCookies({ name: /^session/ });
      await submit(page, "/login", { username: `${username}-ann`, password });
      await page.goto("/profile");
      await expect(page.locator("p.notice")).toBeVisible();
    },
  },
  {
    name: "users, waiting",
    open: async ({ page, username, grant, enqueue }) => {
      await enqueue(`${username}-ann`, longest(`${username}-ann`));
      grant(username, "admin");
      await page.goto(`/admin/users?status=waiting&q=${username}&approved`);
      await expect(page.getByRole("link", { name: `@${username}-ann` })).toBeVisible();
    },
  },
  {
    name: "a user, waiting, refused words",
    open: async ({ page, username, grant, enqueue }) => {
      await enqueue(`${username}-ann`);
      grant(username, "admin");
      await page.goto(`/admin/users/${username}-ann`);
      await page.locator("[name=words]").fill("x".repeat(501));
      await page.locator("form.act:has([name=words]) button").click();
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  {
    name: "not allowed",
    open: async ({ page, username }) => {
      await signUp(page, `${username}-too`);
      await page.goto(`/u/${username}/edit`);
    },
  },
];

/** Ticks two users and oneself, to whom the plan does nothing. */
async function tickMany(page: Page, username: string, grant: Visitor["grant"]) {
  for (const other of ["ann", "bob"]) await signUp(page, `${username}-${other}`, longest(`${username}-${other}`));
  await signUp(page, `${username}-too`);
  grant(`${username}-too`, "admin");
  await page.goto(`/admin/users?q=${username}`);
  for (const box of await page.locator("[name=user]").all()) await box.check();
  await page.locator("[name=do]").selectOption("role:editor");
}

const signedUp = (state: State): State => ({
  ...state,
  open: async (visitor) => {
    await signUp(visitor.page, visitor.username);
    await state.open(visitor);
  },
});

export const states = [...guest, ...member.map(signedUp)];
