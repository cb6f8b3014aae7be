// The README's picture: a filled editor beside its preview.
import { join } from "node:path";
import { expect, fillIn, openEditor, signUp, test } from "../tests/site";
import { maya, savePicture } from "../tests/states";

test("the editor beside its preview", async ({ page, scripts }) => {
  await signUp(page, "maya");
  await savePicture(page);
  await openEditor(page, scripts);
  await fillIn(page, maya);
  await expect(page.locator(".preview img.avatar")).toBeVisible();
  await page.evaluate(() => scrollTo(0, document.querySelector(".editor")!.getBoundingClientRect().top + scrollY - 20));
  await page.screenshot({ path: join(__dirname, "../../docs/screenshot.png"), animations: "disabled" });
});
