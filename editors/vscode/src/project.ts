// Which projects are ours: Mix projects that have Ash among their dependencies.
import * as vscode from "vscode";

/** Whether the text of a `mix.lock` or `mix.exs` names Ash. */
export function namesAsh(text: string): boolean {
  return /"ash(_\w+)?":|\{\s*:ash\w*\s*,/.test(text);
}

/** Whether a file lies in a project that uses Ash, or in an umbrella that does. */
export async function usesAsh(file: vscode.Uri): Promise<boolean> {
  for (let folder = vscode.Uri.joinPath(file, ".."); ; folder = vscode.Uri.joinPath(folder, "..")) {
    for (const name of ["mix.lock", "mix.exs"]) {
      try {
        const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, name));
        if (namesAsh(new TextDecoder().decode(bytes))) {
          return true;
        }
      } catch {
        // It is not there.
      }
    }
    if (folder.path === "/" || folder.path === vscode.Uri.joinPath(folder, "..").path) {
      return false;
    }
  }
}
