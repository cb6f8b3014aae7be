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

/** The list for one crate of ours, for the target that it is shipped for. */
function list(crate, target) {
  const name = "sbom-part";
  cargo("cyclonedx", "--quiet", "--format", "json", "--spec-version", "1.5", "--no-build-deps", "--target", target, "--override-filename", name);
  // It writes a file beside each manifest of the workspace.
  const text = readFileSync(join(crate, `${name}.json`), "utf8");
  for (const member of ["app", "frontend", "server"]) rmSync(join(member, `${name}.json`), { force: true });
  // A crate of ours is named by where it lies on this machine, which is nobody's matter.
  return JSON.parse(text.replaceAll(root, ""));
}

const parts = [list("server", "x86_64-unknown-linux-gnu"), list("frontend", "wasm32-unknown-unknown")];
const [bom] = parts;

const components = new Map();
const dependencies = new Map();
for (const part of parts) {
  const own = { ...part.metadata.component, type: "library", components: undefined };
  for (const component of [...(part === bom ? [] : [own]), ...part.components]) {
    if (component["bom-ref"] !== bom.metadata.component["bom-ref"]) components.set(component["bom-ref"], component);
  }
  for (const { ref, dependsOn = [] } of part.dependencies) {
    dependencies.set(ref, new Set([...(dependencies.get(ref) ?? []), ...dependsOn]));
  }
}

// The server carries the browser's part inside of it.
dependencies.get(bom.metadata.component["bom-ref"]).add(parts[1].metadata.component["bom-ref"]);

const { packages } = JSON.parse(cargo("metadata", "--format-version", "1", "--locked"));
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
if (binds.length !== 1) throw new Error(`the binding of SQLite is in the list ${binds.length} times`);
dependencies.get(binds[0]).add(sqlite);
dependencies.set(sqlite, new Set());

const by = (key) => (a, b) => (a[key] < b[key] ? -1 : 1);
bom.metadata.component = { ...bom.metadata.component, name: "silhouette", type: "application", components: undefined };
bom.components = [...components.values()].sort(by("bom-ref"));
bom.dependencies = [...dependencies].map(([ref, on]) => ({ ref, dependsOn: [...on].sort() })).sort(by("ref"));

mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, `${JSON.stringify(bom, null, 2)}\n`);
console.log(`${out}: ${bom.components.length} components, SQLite ${version} among them`);
