// Runs in the extension host: how long it takes from activation to the first findings in a project that has some.
const fs = require("node:fs");
const path = require("node:path");
const vscode = require("vscode");

async function run() {
  const folder = vscode.workspace.workspaceFolders[0].uri.fsPath;
  const file = vscode.Uri.file(path.join(folder, "lib/helpdesk/support/tag.ex"));
  const other = vscode.Uri.file(path.join(folder, "lib/helpdesk/support/ticket.ex"));
  const found = () => [file, other].some((it) => vscode.languages.getDiagnostics(it).some(({ source }) => source === "ashls"));
  const first = new Promise((resolve, reject) => {
    vscode.languages.onDidChangeDiagnostics(() => found() && resolve(Date.now()));
    setTimeout(() => reject(new Error("no findings for a minute")), 60_000);
  });
  const opened = Date.now();
  await vscode.window.showTextDocument(other);
  const findings = await first;
  const { activated, started, pending } = vscode.extensions.getExtension("ashls.ashls").exports;
  const after = (time) => time - activated;
  const times = { opened: after(opened), started: after(started), pending: after(pending), findings: after(findings) };
  fs.appendFileSync(process.env.ASHLS_TEST_ACTIVATION, `${JSON.stringify(times)}\n`);
}

module.exports = { run };
