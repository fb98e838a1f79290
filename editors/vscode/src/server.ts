// Finding the server (the setting, then the one that comes with the extension, then PATH), and saying why one is of no use.
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import * as vscode from "vscode";

/** A program that may be the server, and who has named it. */
export interface Program {
  path: string;
  source: string;
}

export function findProgram(context: vscode.ExtensionContext): Program {
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

/** Starts the program as a server; fails when there is no such program. */
export function launch({ path }: Program, cwd: string | undefined): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const started = spawn(path, ["lsp"], { cwd, stdio: "pipe" });
    started.once("error", reject);
    started.once("spawn", () => resolve(started));
  });
}

/** The versions of the server that this extension works with: same major and minor number. */
export function fits(server: string, extension: string): boolean {
  return server.split(".").slice(0, 2).join(".") === extension.split(".").slice(0, 2).join(".");
}

/** Why a server that has answered is not the one that is needed. */
export function misfit(
  { path, source }: Program,
  answered: { name?: string; version?: string } | undefined,
  wanted: string,
): string | undefined {
  if (answered?.name !== "ashls" || !answered.version) {
    return `${path} (${source}) is not ashls.`;
  }
  return fits(answered.version, wanted)
    ? undefined
    : `${path} (${source}) is ashls ${answered.version}; this extension needs ${wanted}.`;
}

/** Why a program has not become a server. Only now is it asked for its version: when all is well that would cost time. */
export async function explain(program: Program, wanted: string, failure: unknown): Promise<string> {
  const { path, source } = program;
  let output: string;
  try {
    output = (await promisify(execFile)(path, ["--version"], { timeout: 10_000 })).stdout;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") {
      return source === "from PATH"
        ? "ashls is not installed, or not in PATH: install it, or set ashls.server.path."
        : `The server ${path} (${source}) was not found.`;
    }
    const reason = code === "EACCES" ? "it is not executable" : String(error).trim();
    return `The server ${path} (${source}) cannot be run: ${reason}.`;
  }
  const version = /^ashls (\d+\.\d+\.\d+)/.exec(output)?.[1];
  if (!version) {
    return `${path} (${source}) is not ashls: it says "${output.trim().slice(0, 80)}".`;
  }
  return (
    misfit(program, { name: "ashls", version }, wanted) ??
    `The server ${path} (${source}) does not start: ${failure instanceof Error ? failure.message : String(failure)}`
  );
}
