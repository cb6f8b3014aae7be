#!/usr/bin/env node
// What Lighthouse says of the pages, on the phone and the line it imagines. A run
// differs from the next, so what counts is the median of several; it ends with 1
// where one is below 98. Release build.
// Needs a whole Chrome or Chromium, which the browser tests do not install: Debian's, or CHROME_PATH.
// usage: make build && npm --prefix bench ci && node bench/lighthouse.mjs [RUNS]
import * as chromeLauncher from "chrome-launcher";
import lighthouse from "lighthouse";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const LEAST = 98;
const ATTEMPTS = 3;
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const MEMBER = "maya";
const PAGES = [
  { path: "/" },
  { path: "/login" },
  { path: "/profile", own: true },
  { path: "/profile/edit", own: true },
  { path: `/u/${MEMBER}` },
];
const PROFILE = {
  bio: "I build boats, and mend what others have built. Most days I am at the harbour.",
  first_name: "Maya",
  last_name: "Lind",
  location: "Kiel",
  phone_number: "+49 431 8800",
  "birth_date.day": "3",
  "birth_date.month": "5",
  "birth_date.year": "1990",
};

const binary = fileURLToPath(new URL("../target/release/silhouette", import.meta.url));
const system = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
const chromePath = process.env.CHROME_PATH ?? system;
const chromeFlags = [
  "--headless=new",
  "--disable-gpu",
  // A browser of root's has no sandbox.
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
];

/** Starts the server, and waits until it says where it listens. */
async function start(database) {
  const server = spawn(binary, ["serve", "--addr", "127.0.0.1:0", "--database", database], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, RUST_LOG: "error", SILHOUETTE_LIMITS: "off" },
  });
  const failed = once(server, "error").then(([error]) => Promise.reject(error));
  const listens = async () => {
    for await (const line of createInterface({ input: server.stdout })) {
      const [, site] = line.match(/listens on (http:\S+)/) ?? [];
      if (site) return site;
    }
    throw new Error("the server ended before it listened");
  };
  return { server, site: await Promise.race([listens(), failed]) };
}

async function stop(server) {
  const ended = once(server, "exit");
  if (server.kill("SIGTERM")) await ended;
}

/** Sends a form as a browser does, and gives the cookie of the session. */
async function send(site, path, fields, cookie) {
  const answer = await fetch(site + path, {
    method: "POST",
    headers: { accept: "text/html", origin: site, ...(cookie && { cookie }) },
    body: new URLSearchParams(fields),
    redirect: "manual",
  });
  if (answer.status !== 303) throw new Error(`${path} answered ${answer.status}`);
  return answer.headers.getSetCookie().find((one) => /^\S*session(-\d+)?=/.test(one))?.split(";")[0];
}

/** One run. On a busy machine the browser may tell too little of it to count. */
async function run(url, cookie) {
  for (let left = ATTEMPTS; ; left--) {
    try {
      return await attempt(url, cookie);
    } catch (error) {
      if (left === 1) throw error;
      console.error(`Once more: ${error.message}`);
    }
  }
}

/** In a browser that has nothing yet: no file of the run before. */
async function attempt(url, cookie) {
  const chrome = await chromeLauncher.launch({ chromePath, chromeFlags });
  try {
    const result = await lighthouse(url, {
      port: chrome.port,
      logLevel: "error",
      output: "json",
      onlyCategories: CATEGORIES,
      // The browser is new; there is nothing to reset, and the cookie stays.
      disableStorageReset: true,
      ...(cookie && { extraHeaders: { Cookie: cookie } }),
    });
    const { lhr } = result;
    if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
    // Whoever is not logged in is sent elsewhere, and that page is not meant.
    if (lhr.finalDisplayedUrl !== url) throw new Error(`${url} led to ${lhr.finalDisplayedUrl}`);
    return lhr;
  } finally {
    chrome.kill();
  }
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** The scores of a category, in whole points. */
const scores = (runs, category) => runs.map((lhr) => Math.round((lhr.categories[category].score ?? 0) * 100));

/** What an audit found: where, and why. */
function findings(audit) {
  const items = audit.details?.items ?? [];
  return items.flatMap(({ node, source, url, description }) => {
    const where = node?.selector ?? source?.url ?? url;
    const why = node?.explanation ?? description;
    const said = [where, why].filter((words) => typeof words === "string");
    return said.length ? [said.join(": ").replaceAll(/\s+/g, " ")] : [];
  });
}

/** The audits that cost points in any of the runs, each at its worst. */
function costly(runs) {
  const worst = new Map();
  for (const lhr of runs) {
    for (const category of Object.values(lhr.categories)) {
      for (const { id, weight } of category.auditRefs) {
        const audit = lhr.audits[id];
        const costs = weight > 0 && audit.score !== null && audit.score < 1;
        if (costs && audit.score < (worst.get(id)?.score ?? 1)) worst.set(id, audit);
      }
    }
  }
  return [...worst.values()];
}

const words = process.argv[2] ?? "5";
const times = Number(words);
if (!Number.isInteger(times) || times < 1) {
  console.error(`The number of runs is not a number: ${words}`);
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), "silhouette-"));
let server;
try {
  let site;
  ({ server, site } = await start(join(folder, "bench.db")));
  const session = await send(site, "/signup", { username: MEMBER, password: "correct horse battery" });
  await send(site, "/profile/edit", { username: MEMBER, ...PROFILE }, session);

  const measured = [];
  for (const { path, own } of PAGES) {
    const runs = [];
    for (let time = 0; time < times; time++) runs.push(await run(site + path, own && session));
    measured.push({ path, runs });
  }

  console.log(`The median of ${times}, and the lowest of them`);
  const heads = [...CATEGORIES, "interactive"].map((name) => name.padStart(16));
  console.log(["page".padEnd(14), ...heads].join(""));
  let isBelow = false;
  for (const { path, runs } of measured) {
    const cells = CATEGORIES.map((category) => {
      const all = scores(runs, category);
      isBelow ||= median(all) < LEAST;
      return `${median(all)} ${String(Math.min(...all)).padStart(4)}`.padStart(16);
    });
    // On a slow phone network, with a processor four times as slow.
    const interactive = median(runs.map((lhr) => lhr.audits.interactive.numericValue / 1000));
    cells.push(`${interactive.toFixed(1)} s`.padStart(16));
    console.log([path.padEnd(14), ...cells].join(""));
  }
  for (const { path, runs } of measured) {
    for (const audit of costly(runs)) {
      const score = Math.round(audit.score * 100);
      console.log(`\n${path} ${audit.id} ${score}: ${audit.title} ${audit.displayValue ?? ""}`.trimEnd());
      for (const finding of findings(audit)) console.log(`  ${finding}`);
    }
  }
  if (isBelow) process.exitCode = 1;
} finally {
  if (server) await stop(server);
  rmSync(folder, { recursive: true, force: true });
}
