// The schemas of docs/schemas, each on a site of its own, used by its people.
import { join, resolve } from "node:path";
import type { Browser, BrowserContext, Page } from "@playwright/test";
import { erase, expect, grantIn, hydrated, newDatabase, openEditor, save, seenBy, signUp, start, stop, test } from "./site";

const schemas = resolve(__dirname, "../../docs/schemas");

/** Runs a site with that schema; `member` is somebody new, with a role. */
async function on(
  schema: string,
  browser: Browser,
  scripts: boolean,
  story: (member: (name: string, role?: string) => Promise<Page>, guest: Page) => Promise<void>,
) {
  const database = newDatabase();
  const file = join(schemas, schema);
  const { server, url } = await start(database, "--schema", file);
  const contexts: BrowserContext[] = [];
  const visitor = async () => {
    const context = await browser.newContext({ baseURL: url, javaScriptEnabled: scripts });
    contexts.push(context);
    return context.newPage();
  };
  const member = async (name: string, role?: string) => {
    const page = await visitor();
    await signUp(page, name);
    if (role) grantIn(database, name, role, "--schema", file);
    return page;
  };
  try {
    await story(member, await visitor());
  } finally {
    // What a page still loads would find nobody.
    await Promise.all(contexts.map((context) => context.close()));
    await stop(server);
    erase(database);
  }
}

test("a club: the treasurer fills in a number, a coach sees whom to call, others see neither", async ({ browser, scripts }) => {
  await on("club.toml", browser, scripts, async (member, guest) => {
    const sailor = await member("sailor-one");
    await openEditor(sailor, scripts);
    await sailor.getByLabel("First name").fill("Maya");
    await sailor.getByLabel("Last name").fill("Lind");
    await sailor.getByLabel("Emergency contact").fill("My sister");
    await sailor.getByLabel("Sail trim").check();
    await expect(sailor.locator("[name=membership_number]")).toHaveCount(0);
    await expect(sailor.getByText("Someone else fills this in for you.")).toBeVisible();
    await save(sailor);
    await expect(sailor).toHaveURL("/profile?saved");

    const treasurer = await member("treasurer-one", "treasurer");
    await treasurer.goto("/u/sailor-one/edit");
    await hydrated(treasurer, scripts);
    await treasurer.getByLabel("Membership number").fill("4711");
    await save(treasurer);
    await expect(treasurer).toHaveURL("/u/sailor-one?saved");
    await expect(treasurer.getByText("4711")).toBeVisible();
    await expect(treasurer.getByText("My sister")).toHaveCount(0);

    const coach = await member("coach-one", "coach");
    await coach.goto("/u/sailor-one");
    await expect(coach.getByText("My sister")).toBeVisible();
    await expect(coach.getByText("4711")).toHaveCount(0);

    await guest.goto("/u/sailor-one");
    await expect(guest.getByRole("heading", { level: 1 })).toHaveText("sailor-one");
    for (const hidden of ["Maya", "Sail trim", "My sister", "4711"]) {
      await expect(guest.getByText(hidden)).toHaveCount(0);
    }
    await sailor.goto("/profile");
    await expect(sailor.getByText("4711")).toBeVisible();
  });
});

test("a company: colleagues find each other, guests find nobody, HR fills in the contract", async ({ browser, scripts }) => {
  await on("company.toml", browser, scripts, async (member, guest) => {
    const employee = await member("employee-one");
    await openEditor(employee, scripts);
    await save(employee);
    await expect(employee.getByRole("alert")).toContainText("First name: this field is required");
    await employee.getByLabel("First name").fill("Maya");
    await employee.getByLabel("Last name").fill("Lind");
    await employee.getByLabel("Private phone").fill("+49 431 8800");
    await employee.getByLabel("Portuguese").check();
    await expect(seenBy(employee, "first_name")).toHaveCount(0);
    await save(employee);
    await expect(employee).toHaveURL("/profile?saved");

    const hr = await member("hr-one", "hr");
    await hr.goto("/u/employee-one/edit");
    await hydrated(hr, scripts);
    await hr.getByLabel("Department").selectOption("Production");
    await hr.getByLabel("Day").fill("1");
    await hr.getByLabel("Month").fill("march");
    await hr.getByLabel("Year").fill("2027");
    await save(hr);
    await expect(hr).toHaveURL("/u/employee-one?saved");
    await expect(hr.getByText("1 March 2027")).toBeVisible();
    await expect(hr.getByText("+49 431 8800")).toBeVisible();

    const colleague = await member("colleague");
    await colleague.goto("/u/employee-one");
    await expect(colleague.getByRole("heading", { level: 1 })).toHaveText("Maya Lind");
    await expect(colleague.getByText("Production")).toBeVisible();
    await expect(colleague.getByText("+49 431 8800")).toHaveCount(0);
    expect((await guest.goto("/u/employee-one"))?.status()).toBe(404);
  });
});

test("a conference: a talk is for everyone, food for the organisers, and an attendee has no talk", { tag: "@no-script" }, async ({ browser, scripts }) => {
  await on("conference.toml", browser, scripts, async (member, guest) => {
    const speaker = await member("speaker-one", "speaker");
    await openEditor(speaker, scripts);
    await speaker.locator("#f-name").fill("Maya Lind");
    await speaker.getByLabel("Title").fill("Boats that do not leak");
    await speaker.getByLabel("Website").fill("example.org/boats");
    await speaker.getByLabel("Food").selectOption("Vegan");
    await speaker.getByLabel("Companions").fill("6");
    await save(speaker);
    await expect(speaker.getByRole("alert")).toContainText("Companions: enter 5 or less");
    await speaker.getByLabel("Companions").fill("2");
    await save(speaker);
    await expect(speaker).toHaveURL("/profile?saved");

    await guest.goto("/u/speaker-one");
    await expect(guest.getByText("Boats that do not leak")).toBeVisible();
    await expect(guest.getByRole("link", { name: "example.org/boats" })).toHaveAttribute("rel", /ugc/);
    await expect(guest.getByText("Vegan")).toHaveCount(0);

    const organiser = await member("organiser-one", "organiser");
    await organiser.goto("/u/speaker-one");
    await expect(organiser.getByText("Vegan")).toBeVisible();
    await organiser.goto("/u/speaker-one/edit");
    await hydrated(organiser, scripts);
    await organiser.getByLabel("When").selectOption("Second day, morning");
    await save(organiser);
    await expect(organiser).toHaveURL("/u/speaker-one?saved");
    await guest.reload();
    await expect(guest.getByText("Second day, morning")).toBeVisible();

    const attendee = await member("attendee-one");
    await openEditor(attendee, scripts);
    await expect(attendee.locator("[name=talk_title]")).toHaveCount(0);
  });
});
