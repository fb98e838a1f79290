// Runs the tests of the extension: first in the extension host, then with the packed extension as a user sees it.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { driveInterface } from "./interface.mjs";
import { installExtension, root, startWorkbench } from "./workbench.mjs";

const extension = join(root, "editors/vscode");
const ashls = join(root, "target/debug/ashls");
const screenshots = join(root, "target/editors/screenshots");
const work = mkdtempSync(join(tmpdir(), "ashls-vscode-"));
process.on("exit", () => rmSync(work, { recursive: true, force: true }));
mkdirSync(screenshots, { recursive: true });

let passed = 0;
let failed = 0;
function check(name, holds, seen) {
  if (holds) {
    passed += 1;
    return;
  }
  failed += 1;
  console.log(`FAILED: ${name}\n  saw: ${JSON.stringify(seen, null, 1)}`);
}

/** A copy of the example with nothing pending. */
function project(name) {
  const folder = join(work, name);
  cpSync(join(root, "tests/projects/helpdesk"), folder, { recursive: true });
  execFileSync(ashls, ["codegen", "start", folder, "--timestamp", "20260902000000", "--no", "--quiet"], { stdio: "ignore" });
  mkdirSync(join(folder, ".vscode"));
  const quiet = {
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.startupEditor": "none",
    "chat.disableAIFeatures": true,
    "editor.minimap.enabled": false,
  };
  writeFileSync(join(folder, ".vscode/settings.json"), JSON.stringify(quiet));
  return folder;
}

/** Packs the stand-in for another Elixir extension, which says that .ex files are Elixir. */
function packLanguage() {
  const out = join(work, "elixir-language.vsix");
  const vsce = join(extension, "node_modules/@vscode/vsce/vsce");
  const args = ["package", "--no-dependencies", "--allow-missing-repository", "--skip-license", "--out", out];
  execFileSync(process.execPath, [vsce, ...args], { cwd: join(root, "tests/editors/workbench/elixir-language"), stdio: "pipe" });
  return out;
}

function pack(...args) {
  const out = join(work, `ashls${args.length}.vsix`);
  execFileSync(process.execPath, [join(extension, "package.mjs"), "--out", out, ...args], { stdio: "pipe" });
  return out;
}

/** Settings that hold for every workspace. */
function writeSettings(folder, settings) {
  mkdirSync(join(folder, "data/Machine"), { recursive: true });
  writeFileSync(join(folder, "data/Machine/settings.json"), JSON.stringify(settings));
}

async function hostTests(language) {
  const [workspace, reference, data] = [project("workspace"), project("reference"), join(work, "host")];
  const results = join(work, "results.json");
  await installExtension(data, language);
  writeSettings(data, { "ashls.server.path": ashls });
  const env = {
    ASHLS_TEST_RESULTS: results,
    ASHLS_TEST_REFERENCE: reference,
    ASHLS_TEST_SERVER: ashls,
  };
  const workbench = await startWorkbench(data, env);
  try {
    const page = await workbench.page();
    const ended = new Promise((resolve) => page.exposeFunction("codeAutomationExit", resolve));
    await page.exposeFunction("codeAutomationLog", () => {});
    const remote = `vscode-remote://${workbench.authority}`;
    await page.goto(
      workbench.url(workspace, [
        ["extensionDevelopmentPath", `${remote}${extension}`],
        ["extensionTestsPath", `${remote}${join(root, "tests/editors/workbench/suite.cjs")}`],
      ]),
    );
    const patience = new Promise((resolve) => setTimeout(resolve, 120_000, "timeout").unref());
    const code = await Promise.race([ended, patience]);
    await page.screenshot({ path: join(screenshots, "host.png") });
    const found = existsSync(results) ? JSON.parse(readFileSync(results, "utf8")) : [];
    if (existsSync(`${results}.ready`)) {
      console.log(`ready ${readFileSync(`${results}.ready`, "utf8")} ms after activation (debug build)`);
    }
    found.forEach(({ name, holds, seen }) => check(name, holds, seen));
    check("the tests in the extension host come to their end", code === 0 && found.length > 0, { code, found: found.length });
  } finally {
    await workbench.stop();
  }
}

async function interfaceTests(language) {
  const packed = pack();
  const size = statSync(packed).size;
  console.log(`package without server: ${Math.ceil(size / 1024)} KB`);
  check("the package without server has at most 400 KB", size <= 400 * 1024, size);
  // A script in place of the program, which is large: what counts is that it is found and started.
  const script = join(work, "server.sh");
  writeFileSync(script, `#!/bin/sh\ntouch ${work}/bundled\nexec ${ashls} "$@"\n`);
  chmodSync(script, 0o755);
  const withServer = pack("--server", script, "--target", "linux-x64");
  rmSync(join(extension, "server"), { recursive: true, force: true });

  const [workspace, data] = [project("helpdesk"), join(work, "user")];
  await installExtension(data, language);
  await installExtension(data, withServer);
  const workbench = await startWorkbench(data, {});
  try {
    await driveInterface({ workbench, workspace, screenshots, check });
    check("the server in the package is used", existsSync(join(work, "bundled")), work);
  } finally {
    await workbench.stop();
  }
}

try {
  execFileSync("npm", ["run", "--silent", "types"], { cwd: extension, stdio: "pipe" });
  check("the extension has the right types", true);
} catch (error) {
  check("the extension has the right types", false, String(error.stdout));
}
try {
  execFileSync("npm", ["run", "--silent", "build"], { cwd: extension, stdio: "pipe" });
  const language = packLanguage();
  await hostTests(language);
  await interfaceTests(language);
} catch (error) {
  check("the tests come to their end", false, String(error.stack ?? error));
}
if (process.env.UPDATE_CAPTURE && failed === 0) {
  mkdirSync(join(root, "docs/images"), { recursive: true });
  copyFileSync(join(screenshots, "preview.png"), join(root, "docs/images/vscode.png"));
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
