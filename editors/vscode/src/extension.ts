// Starts the server when an Elixir file of a project with Ash is opened, and connects it to the views.
import { dirname } from "node:path";
import * as vscode from "vscode";
import { createClient, type Client } from "./client";
import { registerCommands } from "./commands";
import { Pending } from "./pending";
import { Previews } from "./preview";
import { usesAsh } from "./project";
import { findProgram } from "./server";

let client: Client | undefined;

/** What tests see of the extension: when something happened, in milliseconds since 1970. */
export interface Milestones {
  activated: number;
  /** The server has answered. */
  started?: number;
  /** The server has said for the first time what is pending. */
  pending?: number;
}

export async function activate(context: vscode.ExtensionContext): Promise<Milestones> {
  const milestones: Milestones = { activated: Date.now() };
  const version: string = context.extension.packageJSON.version;
  let server: string | undefined;
  let starting: Promise<void> | undefined;
  const log = vscode.window.createOutputChannel("ashls", { log: true });
  const previews = new Previews(() => client);
  const pending = new Pending(() => client);

  const stop = async (): Promise<void> => {
    const old = client;
    client = undefined;
    server = undefined;
    pending.clear();
    void vscode.commands.executeCommand("setContext", "ashls.running", false);
    await old?.dispose();
  };

  const fail = (problem: string): void => {
    log.error(problem);
    pending.fail(problem);
    const settings = "Open settings";
    void vscode.window.showErrorMessage(problem, settings).then((chosen) => {
      if (chosen === settings) {
        void vscode.commands.executeCommand("workbench.action.openSettings", "ashls.server.path");
      }
    });
  };

  const run = async (): Promise<void> => {
    const program = findProgram(context);
    log.info(`starting ${program.path} (${program.source})`);
    const begun = Date.now();
    let told = false;
    const started = createClient(program, log, (params) => previews.show(params));
    started.onNotification("ashls/pendingChanged", () => {
      milestones.pending ??= Date.now();
      if (!told) {
        told = true;
        log.info(`read the project ${Date.now() - begun} ms after the start`);
      }
      void previews.refresh();
      void pending.refresh();
    });
    const problem = await started.begin(version);
    if (problem) {
      fail(problem);
      await started.dispose().catch(() => undefined);
      return;
    }
    milestones.started ??= Date.now();
    client = started;
    server = program.path;
    void vscode.commands.executeCommand("setContext", "ashls.running", true);
    void previews.refresh();
    void pending.refresh();
  };

  const begin = async (): Promise<void> => {
    starting ??= run().finally(() => (starting = undefined));
    await starting;
  };

  const startFor = async (document: vscode.TextDocument): Promise<void> => {
    const ours = document.languageId === "elixir" && document.uri.scheme === "file";
    if (ours && !client && !starting && (await usesAsh(dirname(document.uri.fsPath))) && !client) {
      await begin();
    }
  };

  const restart = async (): Promise<void> => {
    await starting;
    await stop();
    await begin();
  };

  /** The server that runs, started when a folder uses Ash and no Elixir file is open yet. */
  const need = async (): Promise<{ client: Client; server: string }> => {
    await starting;
    if (!client) {
      const folders = vscode.workspace.workspaceFolders ?? [];
      const ours = await Promise.all(folders.map(({ uri }) => usesAsh(uri.fsPath)));
      if (!ours.includes(true)) {
        throw new Error("No project that uses Ash is open.");
      }
      await begin();
    }
    if (!client || !server) {
      throw new Error("The server does not run: see its log.");
    }
    return { client, server };
  };

  context.subscriptions.push(
    log,
    previews.register(),
    pending.register(),
    registerCommands({ need, restart, log, previews }),
    vscode.workspace.onDidOpenTextDocument(startFor),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("ashls.server.path")) {
        // A wrong path may have been set right: not only what runs is started again.
        await restart();
      } else if (event.affectsConfiguration("ashls")) {
        await client?.sendNotification("workspace/didChangeConfiguration", { settings: null });
      }
    }),
  );
  // Activation itself does not wait for the server.
  void Promise.all(vscode.workspace.textDocuments.map(startFor));
  return milestones;
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}
