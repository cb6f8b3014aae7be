#!/usr/bin/env node
// Checks that the licence of everything in the program is among those that go with it:
//
//   packaging/release/check.mjs SBOM LICENCES
import { readFileSync } from "node:fs";

const [sbom, licences] = process.argv.slice(2).map((file) => readFileSync(file, "utf8"));
const named = new Set(licences.match(/^  [\w-]+ \d\S*$/gm)?.map((line) => line.trim()));
const missing = JSON.parse(sbom)
  .components.filter(({ purl = "" }) => purl.startsWith("pkg:cargo/") && !purl.includes("file://"))
  .map(({ name, version }) => `${name} ${version}`)
  .filter((crate) => !named.has(crate));
if (missing.length) {
  console.error(`licences are missing for these crates: ${missing.join(", ")}`);
  process.exit(1);
}
