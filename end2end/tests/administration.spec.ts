// The first week of somebody who runs a site, as one story and wholly without script; and an act
// on two hundred users at once; and an editor under another schema.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { type Database, erase, expect, fillIn, grantIn, isTo, linkIn, logIn, mailsOf, newDatabase, openEditor, password, save, send, signUp, start, stop, test } from "./site";

const binary = resolve(__dirname, "../../target/release/silhouette");

/** Runs a command of the operator, and gives what it prints. */
const command = (database: Database, ...args: string[]) =>
  execFileSync(binary, [...args, "--database", database.name], { cwd: database.folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();

/** Waits for the newest mail to an address whose subject says so. */
async function mail(database: Database, address: string, subject: RegExp) {
  const find = async () => (await mailsOf(database)).find((mail) => isTo(mail, address) && subject.test(mail.subject ?? ""));
  await expect.poll(find, { message: `a mail to ${address} about ${subject}`, timeout: 10_000 }).toBeTruthy();
  return (await find())!;
}

/** A browser of somebody else, without script. */
async function visitor(browser: Browser, url: string) {
  const context = await browser.newContext({ baseURL: url, javaScriptEnabled: false });
  return context.newPage();
}

/** Presses the button of an act on the page of a user, and enters the password if it is asked for. */
async function act(page: Page, name: string, fields: Record<string, string> = {}) {
  const form = page.locator(`form.act:has([name=act][value=${name}])`);
  for (const [field, value] of Object.entries(fields)) {
    const control = form.locator(`[name=${field}]`);
    if ((await control.evaluate((element) => element.tagName)) === "SELECT") await control.selectOption(value);
    else await control.fill(value);
  }
  await form.locator("button").first().click();
}

test("the first week of an operator @no-script", async ({ browser }) => {
  test.setTimeout(120_000);
  const database = newDatabase();
  const { server, url } = await start(database, "--sign-up", "approved", "--name", "Harbour");
  try {
    // Monday: the first manager, by one line that is copied.
    const link = command(database, "user", "create", "olga", "--role", "admin", "--link", "--public-url", url);
    const olga = await visitor(browser, url);
    await olga.goto(link);
    await fillIn(olga, { password });
    await send(olga);
    await logIn(olga, "olga");
    await expect(olga).toHaveURL(`${url}/profile`);

    // She gives an address, to be told of those who wait.
    await olga.goto("/settings/email");
    await fillIn(olga, { email: "olga@example.org" });
    await send(olga);
    await olga.goto(linkIn(await mail(database, "olga@example.org", /confirm/i))!);
    await send(olga);

    // Tuesday: ann signs up, and waits.
    const ann = await visitor(browser, url);
    await signUp(ann, "ann", "ann@example.org");
    await ann.goto("/profile");
    await expect(ann.getByText("waiting for approval since")).toBeVisible();
    await ann.goto("/members");
    await expect(ann).not.toHaveURL(/members$/);
    const troll = await visitor(browser, url);
    await signUp(troll, "troll", "troll@example.org");

    await olga.getByRole("link", { name: "Administration" }).click();
    await olga.goto("/admin/users?status=waiting");
    await expect(olga.getByRole("link", { name: "@troll" })).toBeVisible();
    await olga.getByRole("link", { name: "@ann" }).click();
    await act(olga, "approve");
    await expect(olga.getByText("User approved.")).toBeVisible();
    await olga.getByRole("link", { name: "@troll" }).click();
    await act(olga, "refuse", { words: "Not on this site." });
    await expect(olga.getByText("User refused.")).toBeVisible();
    expect((await mail(database, "troll@example.org", /./)).text).toBeTruthy();
    await troll.goto("/profile");
    await expect(troll).toHaveURL(/\/login/);
    await ann.goto("/profile");
    await expect(ann.getByText("waiting for approval since")).toHaveCount(0);

    // Wednesday: ben is invited, and is a member at once, with the role that was given.
    await olga.goto("/admin/invitations");
    const invite = olga.locator("form.act:has([name=email])");
    await invite.locator("[name=email]").fill("ben@example.org");
    await invite.locator("[name=role]").selectOption("editor");
    await invite.locator("button").last().click();
    await expect(olga.getByText("ben@example.org")).toBeVisible();
    const ben = await visitor(browser, url);
    await ben.goto(linkIn(await mail(database, "ben@example.org", /./))!);
    await fillIn(ben, { username: "ben", password });
    await send(ben);
    await ben.goto("/settings/email");
    await expect(ben.getByText("ben@example.org")).toBeVisible();

    // They find each other, each by what they may see.
    await ben.goto("/members?q=ann");
    await expect(ben.getByRole("link", { name: "ann" }).first()).toBeVisible();
    await ann.goto("/members");
    await expect(ann.getByRole("main").getByText("ben").first()).toBeVisible();

    // Thursday: a new field, while ann has the editor open.
    await ann.goto("/profile/edit");
    await olga.goto("/admin/schema");
    const text = await olga.locator("textarea").inputValue();
    const field = '\n[[field]]\nkey = "berth"\ngroup = "about"\ntype = "text"\nmax = 40\nlabel = { en = "Berth", de = "Liegeplatz", ar = "الرصيف" }\n';
    const group = /^\[\[group\]\][\s\S]*?key = "(\w+)"/m.exec(text)?.[1] ?? /group = "(\w+)"/.exec(text)![1];
    await olga.locator("textarea").fill(text + field.replace("about", group));
    await olga.locator("form.schema-text button").click();
    await olga.locator("[name=apply]").click();
    await expect(olga.getByText("The new schema is in use.")).toBeVisible();
    await ann.getByLabel("Bio").fill("I restore boats.");
    await save(ann);
    await ann.goto("/profile/edit");
    await expect(ann.getByLabel("Bio")).toHaveValue("I restore boats.");
    await ann.getByLabel("Berth").fill("C 12");
    await save(ann);
    await expect(ann.getByText("C 12")).toBeVisible();

    // In the evening olga imports the members of the old site. A row has a mistake.
    await olga.goto("/admin/import");
    const members = "username;email;bio\nCarl;carl@example.org;Grüße\nx y;;\n";
    await olga.locator("[name=file]").setInputFiles({ name: "members.csv", mimeType: "text/csv", buffer: Buffer.from(members) });
    await olga.locator("form.act:has([name=file]) button").click();
    await expect(olga.getByText("To be created: 1 user")).toBeVisible();
    const download = olga.waitForEvent("download");
    await olga.getByRole("link", { name: "Download these rows" }).click();
    const rejected = readFileSync(await (await download).path(), "utf8");
    expect(rejected).toContain('"reason","username","email","bio"');
    expect(rejected).toContain('"x y"');
    await olga.locator("[name=apply]").click();
    await expect(olga.getByText("Imported: 1 user.")).toBeVisible();
    const carl = await visitor(browser, url);
    await carl.goto(linkIn(await mail(database, "carl@example.org", /./))!);
    await fillIn(carl, { password });
    await send(carl);
    await logIn(carl, "carl");
    await expect(carl.getByText("Grüße")).toBeVisible();

    // Friday: ann takes another name; the old address leads on.
    await ann.goto("/settings/username");
    await fillIn(ann, { new_username: "anna" });
    await send(ann);
    await ben.goto("/u/ann");
    await expect(ben).toHaveURL(`${url}/u/anna`);

    // Ben helps no more: his role changes, and he is told.
    await olga.goto("/admin/users/ben");
    await act(olga, "role", { role: "reader" });
    await expect(olga.getByText("Role changed.")).toBeVisible();
    await mail(database, "ben@example.org", /role/i);

    // Saturday: what was done, by whom; as a table too.
    await olga.goto("/admin/events?user=ben");
    await expect(olga.locator(".events li").getByText("Role changed")).toBeVisible();
    const table = await olga.request.get("/admin/events.csv?user=ben");
    expect(await table.text()).toContain("role_changed");

    // Sunday: ben is gone, by his own wish, and nothing of him is left.
    await olga.goto("/admin/users/ben/erase");
    await fillIn(olga, { typed_username: "ben", current_password: password });
    await olga.locator("form.card .button-grave").click();
    await expect(olga.getByText("Account deleted.")).toBeVisible();
    await mail(database, "ben@example.org", /deleted/i);
    await ann.goto("/u/ben");
    await expect(ann.getByRole("heading", { name: "Page not found" })).toBeVisible();
  } finally {
    await stop(server);
    erase(database);
  }
});

test("two hundred users at once, with a refusal among them @no-script", async ({ browser }) => {
  test.setTimeout(60_000);
  const database = newDatabase();
  const { server, url } = await start(database);
  try {
    const names = Array.from({ length: 199 }, (_, number) => `user-${number}`);
    const table = join(database.folder, "users.csv");
    writeFileSync(table, ["username", ...names, ""].join("\n"));
    command(database, "user", "import", table);
    const olga = await visitor(browser, url);
    await signUp(olga, "olga");
    grantIn(database, "olga", "admin");
    await olga.goto("/admin/users?show=200");
    await expect(olga.getByText("200 users", { exact: true })).toBeVisible();
    await olga.locator("[name=do]").selectOption("role:editor");
    await olga.locator("[name=scope][value=all]").click();
    // The plan: everybody but herself.
    await expect(olga.getByText("Nothing has been changed yet.")).toBeVisible();
    await expect(olga.getByText("@olga", { exact: true }).last()).toBeVisible();
    await olga.locator("form.card .save .button").click();
    await expect(olga.getByRole("status")).toBeVisible();
    await olga.goto("/admin/users?role=editor");
    await expect(olga.getByText("199 users", { exact: true })).toBeVisible();
    await olga.goto("/admin/users/olga");
    await expect(olga.locator("dl.facts").getByText("Admin", { exact: true })).toBeVisible();
  } finally {
    await stop(server);
    erase(database);
  }
});

test("a form that was opened under another schema keeps what was typed @script", async ({ browser }) => {
  const database = newDatabase();
  const { server, url } = await start(database);
  try {
    const context = await browser.newContext({ baseURL: url });
    const page = await context.newPage();
    await signUp(page, "ann");
    await openEditor(page, true);
    await page.locator("[name=bio]").fill("I mend boats.");
    await page.locator("[name=location]").fill("Kiel, by the water");
    // Meanwhile the field goes.
    const text = command(database, "schema", "print");
    const [head, ...fields] = text.split("[[field]]");
    const others = fields.filter((field) => !field.includes('key = "location"'));
    const file = resolve(database.folder, "other.toml");
    writeFileSync(file, [head, ...others].join("[[field]]"));
    command(database, "schema", "apply", file, "--yes");
    await expect.poll(async () => (await page.request.get("/profile/edit")).text()).not.toContain('name="location"');

    await save(page);
    // What nobody asks for any more is told with what was typed; the rest is there to be saved.
    await expect(page.getByRole("alert")).toContainText("location");
    await expect(page.getByText("Kiel, by the water")).toBeVisible();
    await expect(page.locator("[name=bio]")).toHaveValue("I mend boats.");
    await save(page);
    await expect(page).toHaveURL(/\/profile\?saved/);
    await expect(page.getByText("I mend boats.")).toBeVisible();
    await context.close();
  } finally {
    await stop(server);
    erase(database);
  }
});
