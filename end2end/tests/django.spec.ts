// A Django project, made by Django itself, moves in: everybody logs in with the name and the
// password that they had, and finds their profile. Without a Python that has Django
// (`./setup python`), there is nobody to move.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { erase, expect, logIn, newDatabase, start, stop, test } from "./site";

const binary = resolve(__dirname, "../../target/release/silhouette");
const project = resolve(__dirname, "../../server/tests/django/project.py");
const python = process.env.TEST_PYTHON;

type Person = { id: number; username: string; password: string };

/** Who has a password that cannot come, or may not log in. */
const refused = ["user_md5", "no_password", "gone"];

/** Whose profile has a picture. */
const pictured = ["marc", "Marc", "O'Neil", "ed", "boss"];

test("everybody of a Django project logs in with the password they had @once", async ({ browser, scripts }) => {
  test.skip(!python, "TEST_PYTHON names no Python with Django");
  test.setTimeout(180_000);
  const database = newDatabase();
  const { server, url } = await start(database);
  try {
    const folder = join(database.folder, "project");
    execFileSync("mkdir", [folder]);
    execFileSync(python!, [project, "make", folder]);
    const asked = ["import", "django", join(folder, "dump.json"), "--media", join(folder, "media"), "--database", database.name];
    const imported = spawnSync(binary, [...asked, "--role", "Editors=editor", "--superuser", "admin"], { encoding: "utf8" });
    expect(imported.stdout).toContain("users: 18 created.");
    const people: Person[] = JSON.parse(readFileSync(join(folder, "people.json"), "utf8"));
    const context = await browser.newContext({ baseURL: url, javaScriptEnabled: scripts });
    const page = await context.newPage();
    for (const { username, password } of people) {
      // Somebody else is called so, whatever the case.
      await logIn(page, username === "Marc" ? "Marc-2" : username, password);
      if (refused.includes(username)) {
        await expect(page.getByText("Check your username and password").first(), username).toBeVisible();
      } else {
        await expect(page, username).toHaveURL("/profile");
        await expect(page.getByRole("heading", { name: username === "O'Neil" ? "Ada O'Neil" : "Ada" }), username).toBeVisible();
        const portrait = page.locator("main img[src^='/avatars/']");
        await expect(portrait, username).toHaveCount(pictured.includes(username) ? 1 : 0);
        if (pictured.includes(username)) {
          const width = await portrait.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth));
          expect(width, username).toBeGreaterThan(0);
        }
      }
      await context.clearCookies();
    }
    await context.close();
  } finally {
    await stop(server);
    erase(database);
  }
});
