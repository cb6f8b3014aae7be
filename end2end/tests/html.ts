// Whether HTML is valid, as the server sends it and not as a browser mends it.
import type { Page, Response } from "@playwright/test";
import { HtmlValidate } from "html-validate";

// The rules of the HTML standard, and none of style.
const validator = new HtmlValidate({ root: true, extends: ["html-validate:standard"] });

/** Gives the HTML of the page that is open. To be called before it is opened. */
export function sentHtml(page: Page): () => Promise<string> {
  let last: Response | undefined;
  page.on("response", (response) => {
    if (response.request().isNavigationRequest() && response.frame() === page.mainFrame()) last = response;
  });
  return () => last!.text();
}

/** What is wrong with it, each with its place. */
export function faultsOf(sent: string): string[] {
  // How Leptos marks a place where nothing stands. Every browser reads it as an
  // empty comment; the standard calls it a parse error, and the validator ends there.
  const html = sent.replaceAll("<!>", "<!---->");
  const { results } = validator.validateStringSync(html);
  return results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, offset }) => `${ruleId}: ${message}: ${html.slice(Math.max(0, offset - 60), offset + 120)}`),
  );
}
