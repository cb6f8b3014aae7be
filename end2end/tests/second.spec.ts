// Second factors as their owners meet them: an app, which needs no script, and passkeys, by the
// authenticators that Chromium makes up.
import { type Page } from "@playwright/test";
import { type AddressInfo, createServer } from "node:net";
import { generate } from "otplib";
import { erase, expect, linkIn, logIn, mailsOf, newDatabase, password, signUp, start, stop, test } from "./site";

/** Adds an app, and gives its key and the recovery codes. */
async function addApp(page: Page) {
  await page.goto("/settings");
  await page.getByRole("link", { name: "Two-factor authentication" }).click();
  await page.getByRole("button", { name: "Add an authenticator app" }).click();
  await expect(page.getByRole("img", { name: "QR code" })).toBeVisible();
  const secret = (await page.locator("code.link-shown").innerText()).replaceAll(" ", "");
  await page.getByLabel("Code").fill("000000");
  await page.getByRole("button", { name: "Add an authenticator app" }).click();
  await expect(page.getByRole("alert")).toContainText("this code is wrong");
  await page.getByLabel("Code").fill(await generate({ secret }));
  await page.getByRole("button", { name: "Add an authenticator app" }).click();
  await expect(page).toHaveURL("/settings/second/codes");
  const codes = await page.locator(".recovery-codes code").allInnerTexts();
  expect(codes).toHaveLength(10);
  return { secret, codes };
}

test("somebody adds an app, logs in with it, and without it", { tag: ["@no-script", "@mobile"] }, async ({ page, username }) => {
  await signUp(page, username);
  const { secret, codes } = await addApp(page);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download" }).click();
  const file = await (await download).createReadStream();
  let text = "";
  for await (const part of file) text += part;
  expect(text).toContain(codes.join("\n"));
  await page.getByRole("link", { name: "I have saved these codes" }).click();
  await expect(page.getByText("You have 10 recovery codes left.")).toBeVisible();

  await page.getByRole("button", { name: "Log out" }).click();
  await logIn(page, username);
  await expect(page).toHaveURL("/login/second");
  await page.getByLabel("Code", { exact: true }).fill("12345");
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("alert")).toContainText("this code is wrong");
  // The code that added the app is used up; the next one is taken a step early.
  const next = await generate({ secret, epoch: Math.floor(Date.now() / 1000) + 30 });
  await page.getByLabel("Code", { exact: true }).fill(`${next.slice(0, 3)} ${next.slice(3)}`);
  await page.getByLabel("Do not ask again on this browser for 30 days").check();
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page).toHaveURL("/profile");

  // This browser is trusted now, until it is not.
  await page.getByRole("button", { name: "Log out" }).click();
  await logIn(page, username);
  await expect(page).toHaveURL("/profile");
  await page.goto("/settings/second");
  await expect(page.getByRole("heading", { name: "Trusted browsers" })).toBeVisible();
  await page.getByText("Use a recovery code", { exact: true }).click();
  await page.getByLabel("Recovery code").fill(codes[0].toUpperCase());
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: /^Ask again/ }).click();
  await expect(page.getByRole("status")).toHaveText("This browser will be asked again.");
  await page.getByRole("button", { name: "Log out" }).click();
  await logIn(page, username);
  await expect(page).toHaveURL("/login/second");
  await page.getByText("Use a recovery code", { exact: true }).click();
  await page.getByLabel("Recovery code").fill(codes[0]);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("alert")).toContainText("used before");
  await page.getByLabel("Recovery code").fill(codes[1].replaceAll("-", " "));
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page).toHaveURL("/profile");
});

/** A port that is free now. */
async function freePort() {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

type Authenticator = { hasResidentKey: boolean; hasUserVerification: boolean };

/** Gives the browser of a page an authenticator. */
async function plugIn(page: Page, kind: Authenticator) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const options = { ...kind, protocol: "ctap2" as const, transport: "internal" as const };
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: { ...options, isUserVerified: kind.hasUserVerification, automaticPresenceSimulation: true },
  });
  return { cdp, authenticatorId };
}

async function addPasskey(page: Page, url: string) {
  await page.goto(`${url}/settings/passkeys`);
  await expect(page.getByLabel("Name of the passkey")).toHaveValue(/Chrome on/);
  await page.getByLabel("Name of the passkey").fill("Blue key");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect(page).toHaveURL(/\/settings\/(second\/codes|passkeys\?added)$/);
}

test.describe("passkeys", { tag: ["@mobile", "@script"] }, () => {
  test.beforeEach(({ scripts }) => test.skip(!scripts, "nothing but a script can ask for one"));

  test("one that verifies logs in with nothing typed, and can be the only way in", async ({ page, username }) => {
    const database = newDatabase();
    const port = await freePort();
    const url = `http://localhost:${port}`;
    const { server } = await start(database, "--addr", `127.0.0.1:${port}`, "--public-url", url);
    try {
      const key = await plugIn(page, { hasResidentKey: true, hasUserVerification: true });
      await page.goto(`${url}/signup`);
      await page.getByLabel("Username").fill(username);
      await page.getByLabel("Email address").fill(`${username}@example.net`);
      await page.getByLabel("Password").fill(password);
      await page.getByRole("button", { name: "Create account" }).click();
      await expect(page).toHaveURL(`${url}/profile`);
      await addPasskey(page, url);
      await page.goto(`${url}/settings/passkeys`);
      await expect(page.getByRole("heading", { name: "Blue key" })).toBeVisible();
      // Without a confirmed address there would be no way back.
      await expect(page.getByRole("button", { name: "Remove your password" })).toHaveCount(0);
      await expect.poll(async () => (await mailsOf(database)).map(linkIn).length).toBeGreaterThan(0);
      const links = (await mailsOf(database)).map(linkIn);
      await page.goto(links.find((link) => link?.includes("/verify/"))!);
      await page.getByRole("button", { name: "Confirm" }).click();
      await page.goto(`${url}/settings/passkeys`);
      await page.getByRole("button", { name: "Remove your password" }).click();
      await expect(page.getByRole("status").first()).toHaveText("Your password has been removed.");

      await page.getByRole("button", { name: "Log out" }).click();
      // Nothing is offered on this page before the click.
      await page.addInitScript(() => {
        if (location.search) PublicKeyCredential.isConditionalMediationAvailable = async () => false;
      });
      await page.goto(`${url}/login?next=/settings/activity`);
      await page.getByRole("button", { name: "Log in with a passkey" }).click();
      await expect(page).toHaveURL(`${url}/settings/activity`);
      await expect(page.getByText("Passkey added")).toBeVisible();

      // Offered where a username is typed, without a click.
      await page.getByRole("button", { name: "Log out" }).click();
      await page.goto(`${url}/login`);
      await expect(page).toHaveURL(`${url}/profile`);

      // No passkey here: the page says so, and stays.
      await page.getByRole("button", { name: "Log out" }).click();
      await key.cdp.send("WebAuthn.clearCredentials", { authenticatorId: key.authenticatorId });
      await page.goto(`${url}/login`);
      await page.getByRole("button", { name: "Log in with a passkey" }).click();
      await expect(page.getByText("That did not work.")).toBeVisible();
    } finally {
      await stop(server);
      erase(database);
    }
  });

  test("one that verifies nobody is a second factor", async ({ page, username }) => {
    const database = newDatabase();
    const port = await freePort();
    const url = `http://localhost:${port}`;
    const { server } = await start(database, "--addr", `127.0.0.1:${port}`, "--public-url", url);
    try {
      await plugIn(page, { hasResidentKey: false, hasUserVerification: false });
      await page.goto(`${url}/signup`);
      await page.getByLabel("Username").fill(username);
      await page.getByLabel("Password").fill(password);
      await page.getByRole("button", { name: "Create account" }).click();
      await expect(page).toHaveURL(`${url}/profile`);
      await addPasskey(page, url);
      await page.goto(`${url}/settings/passkeys`);
      await expect(page.getByText("Works only together with your password")).toBeVisible();
      await page.getByRole("button", { name: "Log out" }).click();
      await page.goto(`${url}/login`);
      await page.getByLabel("Username or email address").fill(username);
      await page.getByLabel("Password").fill(password);
      await page.getByRole("button", { name: "Log in", exact: true }).click();
      await expect(page).toHaveURL(`${url}/login/second`);
      await page.getByRole("button", { name: "Use a passkey" }).click();
      await expect(page).toHaveURL(`${url}/profile`);
    } finally {
      await stop(server);
      erase(database);
    }
  });
});
