// A screenshot of every page, in every state and in the look of the project.
import { join } from "node:path";
import { test } from "../tests/site";
import { states } from "../tests/states";
import { folder, screenshotOf } from "./looks";

for (const { name, open } of states) {
  test(name, async ({ page, username, scripts, link, grant, enqueue }, info) => {
    await open({ page, username, scripts, link, grant, enqueue });
    // As tall as the page, so that what sticks to an edge of the screen stands in its place.
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ width: page.viewportSize()!.width, height });
    const path = join(folder, screenshotOf(info.project.name, name));
    await page.screenshot({ path, fullPage: true, animations: "disabled" });
  });
}
