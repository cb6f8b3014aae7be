#!/usr/bin/env node
// Lists everything that is in the program, as CycloneDX: what cargo-cyclonedx finds
// for the server and for the browser's part, in one file, and the SQLite that comes
// along as C. Called by `make sbom`.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = process.cwd();
const out = "target/silhouette.cdx.json";
const cargo = (...args) => execFileSync("cargo", args, { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"] });

const { packages, workspace_members } = JSON.parse(cargo("metadata", "--format-version", "1", "--locked"));
const members = packages.filter(({ id }) => workspace_members.includes(id)).map(({ manifest_path }) => dirname(manifest_path));

/** The list for one crate of ours, for the target that it is shipped for. */
function list(crate, target) {
  const name = "sbom-part";
  cargo("cyclonedx", "--quiet", "--format", "json", "--spec-version", "1.5", "--no-build-deps", "--target", target, "--override-filename", name);
  // It writes a file beside each manifest of the workspace.
  const text = readFileSync(join(crate, `${name}.json`), "utf8");
  for (const folder of members) rmSync(join(folder, `${name}.json`), { force: true });
  // A crate of ours is named by where it lies on this machine, which is nobody's matter.
  return JSON.parse(text.replaceAll(root, ""));
}

/** The crates that are compiled into one of ours. */
const inside = (crate, target) =>
  cargo("tree", "--locked", "--package", crate, "--target", target, "--edges", "normal", "--prefix", "none", "--format", "{p}")
    .split("\n")
    .map((line) => line.split(" ").slice(0, 2).join(" ").replace(" v", " "));

const parts = [list("server", "x86_64-unknown-linux-gnu"), list("frontend", "wasm32-unknown-unknown")];
const shipped = new Set([
  ...inside("server", "x86_64-unknown-linux-gnu"),
  ...inside("frontend", "wasm32-unknown-unknown"),
]);
const [bom] = parts;

const components = new Map();
const dependencies = new Map();
for (const part of parts) {
  const own = { ...part.metadata.component, type: "library", components: undefined };
  for (const component of [...(part === bom ? [] : [own]), ...part.components]) {
    // cargo-cyclonedx also lists what would be there with other features.
    if (!shipped.has(`${component.name} ${component.version}`)) continue;
    if (component["bom-ref"] !== bom.metadata.component["bom-ref"]) components.set(component["bom-ref"], component);
  }
  for (const { ref, dependsOn = [] } of part.dependencies) {
    dependencies.set(ref, new Set([...(dependencies.get(ref) ?? []), ...dependsOn]));
  }
}

// The server carries the browser's part inside of it.
dependencies.get(bom.metadata.component["bom-ref"]).add(parts[1].metadata.component["bom-ref"]);

const binding = packages.find(({ name }) => name === "libsqlite3-sys");
const header = readFileSync(join(dirname(binding.manifest_path), "sqlite3/sqlite3.h"), "utf8");
const [, version] = header.match(/#define SQLITE_VERSION\s+"([\d.]+)"/);
const sqlite = `pkg:generic/sqlite@${version}`;
components.set(sqlite, {
  type: "library",
  "bom-ref": sqlite,
  name: "sqlite",
  version,
  description: "The database, bundled as C by libsqlite3-sys",
  licenses: [{ license: { id: "blessing" } }],
  cpe: `cpe:2.3:a:sqlite:sqlite:${version}:*:*:*:*:*:*:*`,
  purl: sqlite,
});
const binds = [...dependencies.keys()].filter((ref) => ref.includes("libsqlite3-sys"));
if (binds.length !== 1) throw new Error(`the list has the SQLite binding ${binds.length} times, expected once`);
dependencies.get(binds[0]).add(sqlite);
dependencies.set(sqlite, new Set());

const by = (key) => (a, b) => (a[key] < b[key] ? -1 : 1);
bom.metadata.component = { ...bom.metadata.component, name: "silhouette", type: "application", components: undefined };
bom.components = [...components.values()].sort(by("bom-ref"));
const isThere = (ref) => components.has(ref) || ref === bom.metadata.component["bom-ref"];
bom.dependencies = [...dependencies]
  .filter(([ref]) => isThere(ref))
  .map(([ref, on]) => ({ ref, dependsOn: [...on].filter(isThere).sort() }))
  .sort(by("ref"));
const missing = [...shipped].filter((crate) => crate && !bom.components.some(({ name, version }) => `${name} ${version}` === crate));
const own = bom.metadata.component.version;
if (missing.some((crate) => crate !== `server ${own}`)) throw new Error(`these crates are missing from the list: ${missing.join(", ")}`);

// The same list is the same file, whenever and wherever it was made.
delete bom.serialNumber;
delete bom.metadata.timestamp;

mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, `${JSON.stringify(bom, null, 2)}\n`);
console.log(`${out}: ${bom.components.length} components, SQLite ${version} among them`);
