// Finding the server: the setting, then the one that comes with the extension, then PATH. And its version.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import * as vscode from "vscode";

/** A program to start, or why there is none. */
export type Found = { path: string } | { problem: string };

/** The versions of the server that this extension works with: same major and minor number. */
export function fits(server: string, extension: string): boolean {
  return server.split(".").slice(0, 2).join(".") === extension.split(".").slice(0, 2).join(".");
}

export async function findServer(context: vscode.ExtensionContext): Promise<Found> {
  const wanted: string = context.extension.packageJSON.version;
  const { path, source } = place(context);
  let output: string;
  try {
    output = (await promisify(execFile)(path, ["--version"], { timeout: 10_000 })).stdout;
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === "ENOENT" ? "it was not found" : String(error);
    return { problem: `The server ${path} (${source}) cannot be run: ${reason}.` };
  }
  const version = /^ashls (\d+\.\d+\.\d+)/.exec(output)?.[1];
  if (!version) {
    return { problem: `${path} (${source}) is not ashls: it says "${output.trim().slice(0, 80)}".` };
  }
  if (!fits(version, wanted)) {
    return { problem: `${path} (${source}) is ashls ${version}; this extension needs ${wanted}.` };
  }
  return { path };
}

function place(context: vscode.ExtensionContext): { path: string; source: string } {
  const set = vscode.workspace.getConfiguration("ashls").get<string>("server.path", "").trim();
  if (set) {
    return { path: set, source: "from the setting ashls.server.path" };
  }
  const name = process.platform === "win32" ? "ashls.exe" : "ashls";
  const bundled = join(context.extensionPath, "server", name);
  return existsSync(bundled)
    ? { path: bundled, source: "from the extension" }
    : { path: name, source: "from PATH" };
}
