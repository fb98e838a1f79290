// The language client: what it tells the server, and what it does itself.
import type { ChildProcess } from "node:child_process";
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type ErrorHandler,
  type InitializeResult,
  type LanguageClientOptions,
  type StaticFeature,
} from "vscode-languageclient/node";
import type { PreviewParams } from "./protocol";
import { explain, launch, misfit, type Program } from "./server";

/** Sections of the settings that the server knows. */
const SECTIONS = ["diagnostics", "inlayHints", "codeLens", "preview", "generate", "rename", "database"];

/** How long a program may take to answer the first time, in milliseconds. */
const PATIENCE = 10_000;

/** A client that says by itself why a server does not start, instead of with messages about connections. */
export class Client extends LanguageClient {
  /** While it starts or ends: what goes wrong then is said by this extension, or is of no interest. */
  private quiet = true;
  private process?: ChildProcess;

  constructor(
    private readonly program: Program,
    options: LanguageClientOptions,
  ) {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    super("ashls", "ashls", async () => (this.process = await launch(program, folder?.fsPath)), options);
    const usual = this.createDefaultErrorHandler();
    const handler: ErrorHandler = {
      error: (...args) => (this.quiet ? { action: ErrorAction.Shutdown, handled: true } : usual.error(...args)),
      closed: () => (this.quiet ? { action: CloseAction.DoNotRestart, handled: true } : usual.closed()),
    };
    this.clientOptions.errorHandler = handler;
  }

  override error(message: string, data?: unknown, notify?: boolean | "force"): void {
    super.error(message, data, this.quiet ? false : notify);
  }

  override stop(timeout?: number): Promise<void> {
    this.quiet = true;
    return super.stop(timeout);
  }

  /** What the server says of itself. One that ends at once may leave `start` without an answer and without an error. */
  private async answer(): Promise<InitializeResult> {
    await this.start();
    if (!this.initializeResult) {
      throw new Error("it ended without an answer");
    }
    return this.initializeResult;
  }

  /** Starts the server. Returns what is wrong with it, for the user; the client is of no use then. */
  async begin(wanted: string): Promise<string | undefined> {
    let slow: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      slow = setTimeout(() => reject(new Error(`no answer for ${PATIENCE / 1000} seconds`)), PATIENCE);
    });
    const problem = await Promise.race([this.answer(), tooLate]).then(
      (answer) => misfit(this.program, answer.serverInfo, wanted),
      (failure: unknown) => explain(this.program, wanted, failure),
    );
    clearTimeout(slow);
    if (problem !== undefined) {
      this.process?.kill();
    } else {
      this.quiet = false;
    }
    return problem;
  }
}

export function createClient(
  program: Program,
  log: vscode.LogOutputChannel,
  showPreview: (params: PreviewParams) => Promise<void>,
): Client {
  const options: LanguageClientOptions = {
    documentSelector: [{ scheme: "file", language: "elixir" }],
    outputChannel: log,
    initializationOptions: settings(),
    initializationFailedHandler: () => false,
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
  const client = new Client(program, options);
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
