// Of each look one picture with all its screenshots, to be looked at quickly.
import { chromium } from "@playwright/test";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { launchOptions } from "../playwright.config";
import { states } from "../tests/states";
import { folder, looks, screenshotOf } from "./looks";

const style = (width: number) => `
  body { columns: ${width}px; column-gap: 20px; margin: 20px; font: 15px sans-serif; background: #bbb }
  figure { margin: 0 0 20px; break-inside: avoid }
  img { display: block; inline-size: 100%; max-block-size: 560px; object-fit: cover; object-position: top }`;

export default async function writeSheets() {
  const browser = await chromium.launch(launchOptions);
  const page = await browser.newPage({ viewport: { width: 2400, height: 800 } });
  for (const look of looks) {
    const tiles = states
      .map(({ name }) => ({ name, src: screenshotOf(look, name) }))
      .filter(({ src }) => existsSync(join(folder, src)))
      .map(({ name, src }) => `<figure><figcaption>${name}</figcaption><img src="${src}" alt=""></figure>`);
    if (!tiles.length) continue;
    const sheet = join(folder, `sheet-${look}.html`);
    writeFileSync(sheet, `<!doctype html><meta charset="utf-8"><style>${style(look === "phone" ? 150 : 260)}</style>${tiles.join("")}`);
    await page.goto(pathToFileURL(sheet).href);
    await page.screenshot({ path: sheet.replace(".html", ".png"), fullPage: true });
  }
  await browser.close();
}
