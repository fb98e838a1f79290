// The commands of the palette.
import { dirname } from "node:path";
import * as vscode from "vscode";
import type { Client } from "./client";
import type { Previews } from "./preview";
import type { GenerateResult, PreviewParams } from "./protocol";

/** What the commands work on. */
export interface Session {
  /** The server and its program; it is started when it does not run yet. */
  need(): Promise<{ client: Client; server: string }>;
  restart(): Promise<void>;
  log: vscode.LogOutputChannel;
  previews: Previews;
}

export function registerCommands(session: Session): vscode.Disposable {
  const commands: Record<string, (...args: never[]) => unknown> = {
    "ashls.generateMigration": (given?: { name?: string }) => generate(session, false, given?.name),
    "ashls.generateDev": () => generateDev(session),
    "ashls.generateForResource": (given?: { name?: string }) => generate(session, true, given?.name),
    "ashls.previewSql": () => preview(session, { uri: currentFile(), format: "sql" }),
    "ashls.previewEcto": () => preview(session, { uri: currentFile(), format: "ecto" }),
    "ashls.previewResource": () => preview(session, place()),
    "ashls.check": () => check(session),
    "ashls.migrate": () => migrate(session),
    "ashls.restart": () => session.restart(),
    "ashls.showLog": () => session.log.show(),
  };
  const registered = Object.entries(commands).map(([name, run]) =>
    vscode.commands.registerCommand(name, async (...args: never[]) => {
      try {
        return await run(...args);
      } catch (error) {
        void vscode.window.showErrorMessage(`ashls: ${error instanceof Error ? error.message : String(error)}`);
        return undefined;
      }
    }),
  );
  return vscode.Disposable.from(...registered);
}

async function preview(session: Session, params: PreviewParams): Promise<void> {
  await session.need();
  await session.previews.show(params);
}

async function generate(session: Session, here: boolean, given?: string): Promise<GenerateResult | undefined> {
  const target = here ? place() : { uri: currentFile() };
  const { client } = await session.need();
  const name =
    given ??
    (await vscode.window.showInputBox({
      title: "Generate migration",
      prompt: "Name of the migration; empty for one that is made up",
      placeHolder: "add_due_dates",
      validateInput: (text) => (/^\w*$/.test(text) ? undefined : "Letters, digits and underscores only"),
    }));
  if (name === undefined) {
    return undefined;
  }
  return write(client, { ...target, ...(name ? { name } : {}) });
}

/** A migration for this machine, which the next one with a name replaces. */
async function generateDev(session: Session): Promise<GenerateResult> {
  const target = { uri: currentFile() };
  const { client } = await session.need();
  return write(client, { ...target, dev: true });
}

async function write(client: Client, params: object): Promise<GenerateResult> {
  const result = await client.sendRequest<GenerateResult>("workspace/executeCommand", {
    command: "ashls.generate",
    arguments: [params],
  });
  if (result.status === "nothing") {
    void vscode.window.showInformationMessage("ashls: nothing is pending");
  } else if (result.status === "unanswered") {
    void vscode.window.showWarningMessage("ashls: nothing was written, since a question was not answered");
  }
  // What was written is said, and opened, by the server.
  return result;
}

async function check(session: Session): Promise<void> {
  const { server } = await session.need();
  await runTask("ashls check", await projectFolder(), (options) => new vscode.ProcessExecution(server, ["check"], options));
}

async function migrate(session: Session): Promise<void> {
  const { server } = await session.need();
  const folder = await projectFolder();
  const yes = "Run migrations";
  const answer = await vscode.window.showWarningMessage(
    "Run the project's migrations on its database?",
    { modal: true, detail: `ashls migrate in ${folder}` },
    yes,
  );
  if (answer === yes) {
    await runTask("ashls migrate", folder, (options) => new vscode.ProcessExecution(server, ["migrate"], options));
  }
}

async function runTask(
  name: string,
  cwd: string,
  execution: (options: { cwd: string }) => vscode.ProcessExecution | vscode.ShellExecution,
): Promise<void> {
  const task = new vscode.Task({ type: "ashls", name }, vscode.TaskScope.Workspace, name, "ashls", execution({ cwd }));
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, clear: true };
  await vscode.tasks.executeTask(task);
}

/** The Mix project of the current file, the outermost one in an umbrella; else the first folder. */
async function projectFolder(): Promise<string> {
  const file = vscode.window.activeTextEditor?.document.uri;
  const folders = vscode.workspace.workspaceFolders ?? [];
  const top = (file && vscode.workspace.getWorkspaceFolder(file)) ?? folders[0];
  if (!top) {
    throw new Error("No folder is open.");
  }
  let found = top.uri.fsPath;
  for (let folder = file?.scheme === "file" ? dirname(file.fsPath) : found; folder.startsWith(top.uri.fsPath); ) {
    try {
      await vscode.workspace.fs.stat(vscode.Uri.file(`${folder}/mix.exs`));
      found = folder;
    } catch {
      // Not a project.
    }
    if (folder === dirname(folder)) {
      break;
    }
    folder = dirname(folder);
  }
  return found;
}

function editor(): vscode.TextEditor | undefined {
  const active = vscode.window.activeTextEditor;
  return active?.document.languageId === "elixir" && active.document.uri.scheme === "file" ? active : undefined;
}

/** A file of the project that is meant. */
function currentFile(): string | undefined {
  const folder = vscode.workspace.workspaceFolders?.[0];
  return (editor()?.document.uri ?? folder?.uri)?.toString();
}

/** The resource at the cursor. */
function place(): { uri: string; position: { line: number; character: number } } {
  const active = editor();
  if (!active) {
    throw new Error("Open the resource first: no Elixir file is in front.");
  }
  const { line, character } = active.selection.active;
  return { uri: active.document.uri.toString(), position: { line, character } };
}
