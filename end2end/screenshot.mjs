// Takes the README's picture: a filled profile beside its editor.
// usage: node screenshot.mjs http://127.0.0.1:3000 docs/screenshot.png
import { chromium } from "@playwright/test";
import { existsSync } from "node:fs";

const [site, file] = process.argv.slice(2);
const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
const page = await browser.newPage({ viewport: { width: 1200, height: 860 } });
await page.goto(`${site}/signup`);
await page.getByLabel("Username").fill("maya");
await page.getByLabel("Password").fill("a boat needs patience");
await page.getByRole("button", { name: "Create account" }).click();
await page.goto(`${site}/profile/edit`);
await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
await page.getByLabel("Bio").fill("I restore wooden boats on the fjord, and write about the people who sailed them.\n\nAsk me about clinker hulls, tar, and why the best varnish is patience.");
await page.getByLabel("First name").fill("Maya");
await page.getByLabel("Last name").fill("Lindqvist");
await page.getByLabel("Location").fill("Kiel, Germany");
await page.getByLabel("Day").fill("27");
await page.getByLabel("Month").fill("2");
await page.getByLabel("Year").fill("1988");
await page.getByLabel("Phone number").fill("+49 431 880-0");
await page.evaluate(() => scrollTo(0, 0));
await page.screenshot({ path: file });
await browser.close();
