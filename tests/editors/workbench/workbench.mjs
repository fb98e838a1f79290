// A workbench on a free port of this machine, and a browser that sees nothing else.
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { createRequire } from "node:module";
import { join } from "node:path";

export const root = new URL("../../..", import.meta.url).pathname.replace(/\/$/, "");
const installed = join(root, "target/editors/workbench");
const { chromium } = createRequire(join(installed, "package.json"))("playwright-core");
const serverMain = join(installed, "node_modules/code-server/lib/vscode/out/server-main.js");

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
    probe.on("error", reject);
  });

/** Ends a process and everything that it has started. */
function end(child) {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

const folders = (folder) => ["--server-data-dir", folder, "--extensions-dir", join(folder, "extensions")];

/** Installs a packed extension into the workbench of a folder. */
export function installExtension(folder, vsix) {
  mkdirSync(folder, { recursive: true });
  const args = [serverMain, ...folders(folder), "--accept-server-license-terms", "--install-extension", vsix, "--force"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], detached: true });
  let output = "";
  child.stdout.on("data", (data) => (output += data));
  child.stderr.on("data", (data) => (output += data));
  return new Promise((resolve, reject) => {
    child.on("exit", (code) => {
      end(child);
      code === 0 && readdirSync(join(folder, "extensions")).length > 0 ? resolve() : reject(new Error(output));
    });
  });
}

/** Starts a workbench with the data of `folder`; `stop` ends it and the browser. */
export async function startWorkbench(folder, env) {
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const args = [
    serverMain, "--host", "127.0.0.1", "--port", String(port), "--without-connection-token",
    "--accept-server-license-terms", "--telemetry-level", "off", "--enable-smoke-test-driver", ...folders(folder),
  ];
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    // As if started in a terminal: else the environment is that of a login shell.
    env: { ...process.env, VSCODE_CLI: "1", ...env },
  });
  process.on("exit", () => end(child));
  let output = "";
  await new Promise((resolve, reject) => {
    const listen = (data) => {
      output += data;
      if (output.includes("listening on")) resolve();
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.on("exit", () => reject(new Error(`the workbench ended: ${output}`)));
    setTimeout(() => reject(new Error(`the workbench does not start: ${output}`)), 60_000).unref();
  });
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
    ],
  });
  const authority = `127.0.0.1:${port}`;
  return {
    authority,
    /** A page that reaches this workbench only. */
    async page() {
      const context = await browser.newContext({ viewport: { width: 1760, height: 720 } });
      await context.route("**/*", (route) =>
        new URL(route.request().url()).hostname === "127.0.0.1" ? route.continue() : route.abort(),
      );
      return context.newPage();
    },
    url(workspace, payload) {
      const extra = payload ? `&payload=${encodeURIComponent(JSON.stringify(payload))}` : "";
      return `http://${authority}/?folder=${workspace}${extra}`;
    },
    async stop() {
      await browser.close();
      end(child);
    },
    output: () => output,
  };
}
