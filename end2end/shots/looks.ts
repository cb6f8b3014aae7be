// How pages are looked at, and where their screenshots are.
import { join } from "node:path";

export const looks = ["light", "dark", "phone", "arabic", "german"] as const;
export type Look = (typeof looks)[number];

export const folder = join(__dirname, "../screenshots");

/** Where the screenshot of a state is, from that folder. */
export const screenshotOf = (look: string, state: string) => join(look, `${state.replace(/[^a-z0-9]+/g, "-")}.png`);
