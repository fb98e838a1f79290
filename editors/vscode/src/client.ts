// The language client: what it tells the server, and what it does itself.
import * as vscode from "vscode";
import {
  LanguageClient,
  type LanguageClientOptions,
  type ServerOptions,
  type StaticFeature,
} from "vscode-languageclient/node";
import type { PreviewParams } from "./protocol";

/** Sections of the settings that the server knows. */
const SECTIONS = ["diagnostics", "inlayHints", "codeLens", "preview", "generate"];

export function createClient(
  path: string,
  log: vscode.LogOutputChannel,
  showPreview: (params: PreviewParams) => Promise<void>,
): LanguageClient {
  const server: ServerOptions = { command: path, args: ["lsp"] };
  const options: LanguageClientOptions = {
    documentSelector: [{ scheme: "file", language: "elixir" }],
    outputChannel: log,
    initializationOptions: settings(),
    middleware: {
      // The link above a resource shows the preview beside the editor rather than in a file.
      executeCommand: (command, args, next) =>
        command === "ashls.preview" ? showPreview(args[0] as PreviewParams) : next(command, args),
      workspace: {
        configuration: (params, token, next) =>
          params.items.every((item) => item.section === "ashls") ? [settings()] : next(params, token),
      },
    },
  };
  const client = new LanguageClient("ashls", "ashls", server, options);
  const wantsPendingChanged: StaticFeature = {
    fillClientCapabilities: (capabilities) => {
      capabilities.experimental = { ...capabilities.experimental, ashls: { pendingChanged: true } };
    },
    initialize: () => undefined,
    getState: () => ({ kind: "static" }),
    clear: () => undefined,
  };
  client.registerFeature(wantsPendingChanged);
  return client;
}

/** What the user has set: defaults are left out, since they would win over the project's `ashls.toml`. */
function settings(): Record<string, Record<string, unknown>> {
  const configuration = vscode.workspace.getConfiguration("ashls");
  const set: Record<string, Record<string, unknown>> = {};
  for (const section of SECTIONS) {
    for (const key of Object.keys(configuration.get<object>(section, {}))) {
      const found = configuration.inspect(`${section}.${key}`);
      const value = found?.workspaceFolderValue ?? found?.workspaceValue ?? found?.globalValue;
      if (value !== undefined) {
        (set[section] ??= {})[key] = value;
      }
    }
  }
  return set;
}
