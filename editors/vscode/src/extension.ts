// Starts the server when an Elixir file of a project with Ash is opened, and connects it to the views.
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { createClient } from "./client";
import { registerCommands } from "./commands";
import { Pending } from "./pending";
import { Previews } from "./preview";
import { usesAsh } from "./project";
import { findServer } from "./server";

let client: LanguageClient | undefined;

/** What tests see of the extension. */
export interface Api {
  /** Milliseconds from activation to the server's first word on what is pending; undefined before. */
  readyAfter(): number | undefined;
}

export async function activate(context: vscode.ExtensionContext): Promise<Api> {
  const start = Date.now();
  let ready: number | undefined;
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
    await vscode.commands.executeCommand("setContext", "ashls.running", false);
    await old?.dispose();
  };

  const run = async (): Promise<void> => {
    const found = await findServer(context);
    if ("problem" in found) {
      log.error(found.problem);
      const settings = "Open settings";
      void vscode.window.showErrorMessage(found.problem, settings).then((chosen) => {
        if (chosen === settings) {
          void vscode.commands.executeCommand("workbench.action.openSettings", "ashls.server.path");
        }
      });
      return;
    }
    log.info(`starting ${found.path}`);
    server = found.path;
    client = createClient(found.path, log, (params) => previews.show(params));
    client.onNotification("ashls/pendingChanged", () => {
      ready ??= Date.now() - start;
      void previews.refresh();
      void pending.refresh();
    });
    await client.start();
    await vscode.commands.executeCommand("setContext", "ashls.running", true);
    void previews.refresh();
    void pending.refresh();
  };

  const startFor = async (document: vscode.TextDocument): Promise<void> => {
    const ours = document.languageId === "elixir" && document.uri.scheme === "file";
    if (ours && !client && !starting && (await usesAsh(document.uri)) && !client && !starting) {
      starting = run().finally(() => (starting = undefined));
      await starting;
    }
  };

  const restart = async (): Promise<void> => {
    await starting;
    await stop();
    await run();
  };

  context.subscriptions.push(
    log,
    previews.register(),
    pending.register(),
    registerCommands({ client: () => client, server: () => server, restart, log, previews }),
    vscode.workspace.onDidOpenTextDocument(startFor),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("ashls.server.path")) {
        await restart();
      } else if (event.affectsConfiguration("ashls")) {
        await client?.sendNotification("workspace/didChangeConfiguration", { settings: null });
      }
    }),
  );
  await Promise.all(vscode.workspace.textDocuments.map(startFor));
  return { readyAfter: () => ready };
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}
