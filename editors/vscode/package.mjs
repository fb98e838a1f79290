// Builds the extension and packs it: `node package.mjs [--out FILE] [--server PROGRAM --target PLATFORM]`.
//
// Without a server the package works on every platform and uses the `ashls` in PATH; with one it is for that platform
// (linux-x64, darwin-arm64, win32-x64, …: the names of vsce).
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: { out: { type: "string" }, server: { type: "string" }, target: { type: "string" } },
});
if (Boolean(values.server) !== Boolean(values.target)) {
  console.error("--server and --target belong together: a program runs on one platform");
  process.exit(2);
}
const run = (program, ...args) =>
  execFileSync(process.execPath, [join(here, "node_modules", program), ...args], { cwd: here, stdio: "inherit" });

/** The licences of the packages that are in the bundle. Only those that ask for no more than their text are allowed. */
function licences() {
  const { inputs } = JSON.parse(readFileSync(join(here, "dist/bundle.json"), "utf8"));
  const packages = Object.keys(inputs).map((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  const texts = [...new Set(packages.filter(Boolean))].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(here, folder, "package.json"), "utf8"));
    if (!["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "BlueOak-1.0.0", "0BSD"].includes(license)) {
      throw new Error(`${name} has the licence ${license}`);
    }
    const file = readdirSync(join(here, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? readFileSync(join(here, folder, file), "utf8").trim() : `Licence: ${license}`;
    return `${name} ${version}\n\n${text}\n`;
  });
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

rmSync(join(here, "server"), { recursive: true, force: true });
rmSync(join(here, "dist"), { recursive: true, force: true });
if (values.server) {
  const program = join(here, "server", values.target.startsWith("win32") ? "ashls.exe" : "ashls");
  mkdirSync(dirname(program));
  copyFileSync(values.server, program);
  chmodSync(program, 0o755);
}
copyFileSync(join(here, "../../LICENSE-MIT"), join(here, "LICENSE.txt"));
copyFileSync(join(here, "../../CHANGELOG.md"), join(here, "CHANGELOG.md"));
execFileSync("npm", ["run", "--silent", "build"], { cwd: here, stdio: "inherit", shell: process.platform === "win32" });
writeFileSync(join(here, "LICENSES-OF-PACKAGES.txt"), licences());
const target = values.target ? ["--target", values.target] : [];
const out = values.out ?? join(here, `ashls${values.target ? `-${values.target}` : ""}.vsix`);
run("@vscode/vsce/vsce", "package", "--no-dependencies", "--allow-missing-repository", ...target, "--out", out);
console.log(`packed ${basename(out)}`);
