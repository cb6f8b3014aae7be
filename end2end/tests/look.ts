// What may be wrong with a page as it is shown: found by axe, or by where its
// boxes and words lie.
import type { Page } from "@playwright/test";
import type { AxeResults, RunOptions } from "axe-core";
import { readFileSync } from "node:fs";

const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/**
 * Finds the rules of axe that a page breaks. Not by @axe-core/playwright: for the sake of
 * frames, which no page here has, it opens another page for each run, and takes ten times
 * as long.
 */
export async function violations(page: Page, options: RunOptions = {}): Promise<AxeResults["violations"]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  return page.evaluate(async (options) => {
    const { violations } = await (window as any).axe.run({ ...options, resultTypes: ["violations"] });
    return violations;
  }, options);
}

/** What reaches beyond an edge of the screen: a box, or words out of theirs. */
function beyond(): string[] {
  const edge = document.documentElement.clientWidth + 1;
  const words = document.createRange();
  const isOut = (shape: Element | Range) => {
    const { left, right } = shape.getBoundingClientRect();
    return left < -1 || right > edge;
  };
  const outside = (element: Element) =>
    isOut(element) ||
    [...element.childNodes].some((node) => {
      if (!(node instanceof Text)) return false;
      words.selectNode(node);
      return isOut(words);
    });
  // What is cut off on purpose reaches nowhere.
  const seen = (element: Element) => element.checkVisibility() && !element.matches(".crop-view img, .visually-hidden");
  return [...document.querySelectorAll("body *")]
    .filter((element) => seen(element) && outside(element))
    .map((element) => element.outerHTML.slice(0, 80));
}

/** Words and controls that lie below something else. */
function covered(): string[] {
  const words = document.createRange();
  /** Where somebody would read it or press it: amid its first line. */
  const spot = (element: Element) => {
    const text = [...element.childNodes].find((node) => node instanceof Text && node.data.trim());
    if (text) words.selectNode(text);
    else if (!element.matches("input, select, textarea, img, svg")) return;
    return (text ? words : element).getClientRects()[0];
  };
  const found: string[] = [];
  for (const element of document.querySelectorAll("body *")) {
    if (!element.checkVisibility() || element.closest(".skip, .visually-hidden, .crop-view, option")) continue;
    const first = spot(element);
    if (!first?.width) continue;
    if (first.top < 0 || first.bottom > innerHeight) scrollBy({ top: first.top - innerHeight / 2, behavior: "instant" });
    const { left, top, width, height } = spot(element)!;
    const above = document.elementFromPoint(left + width / 2, top + Math.min(height / 2, 12));
    // What sticks to the edge of the screen covers what is scrolled by.
    if (above && !above.closest(".unsaved .save") && !above.contains(element) && !element.contains(above)) {
      found.push(`${element.outerHTML.slice(0, 80)} is below ${above.outerHTML.slice(0, 80)}`);
    }
  }
  scrollTo({ top: 0, behavior: "instant" });
  return found;
}

/** What lies where it should not, with the screen this wide. */
export async function misplaced(page: Page, width: number): Promise<string[]> {
  await page.setViewportSize({ width, height: 800 });
  return [...(await page.evaluate(beyond)), ...(await page.evaluate(covered))];
}
