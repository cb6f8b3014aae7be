// Too many wrong passwords, on a site with its limits on.
import { erase, expect, logIn, newDatabase, password, startWith, stop, test } from "./site";

test("who guesses has to wait, with what was typed; who was here before has not", { tag: "@no-script" }, async ({ browser, scripts }) => {
  const database = newDatabase();
  const { server, url } = await startWith({ SILHOUETTE_LIMITS: "log_in.name=3/1h" }, database);
  const context = () => browser.newContext({ baseURL: url, javaScriptEnabled: scripts });
  const [home, elsewhere] = [await context(), await context()];
  const owner = await home.newPage();
  await owner.goto("/signup");
  await owner.getByLabel("Username").fill("maya");
  await owner.getByLabel("Password").fill(password);
  await owner.getByRole("button", { name: "Create account" }).click();
  await owner.getByRole("button", { name: "Log out" }).click();

  const guesser = await elsewhere.newPage();
  for (const guess of ["one guess", "two guesses", "three guesses"]) {
    await logIn(guesser, "maya", guess);
    await expect(guesser.getByRole("alert")).toContainText("There is a problem");
  }
  await logIn(guesser, "maya", password);
  await expect(guesser.getByRole("alert")).toBeFocused();
  await expect(guesser.getByRole("alert")).toContainText("Too many attempts. What you typed is still here. Send it again in 20 minutes.");
  await expect(guesser.getByLabel("Username or email address")).toHaveValue("maya");

  await logIn(owner, "maya", password);
  await expect(owner).toHaveURL("/profile");
  await home.close();
  await elsewhere.close();
  await stop(server);
  erase(database);
});
