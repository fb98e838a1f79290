// Runs in the extension host: types an attribute, looks at everything that follows, and generates.
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const vscode = require("vscode");

const results = [];
function check(name, holds, seen) {
  results.push({ name, holds: Boolean(holds), seen: holds ? undefined : seen });
}

/** Waits for `find` to return something, and returns that. */
async function until(find) {
  for (const start = Date.now(); Date.now() - start < 30_000; ) {
    const found = await find();
    if (found) {
      return found;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return undefined;
}

async function run() {
  try {
    await tests();
  } catch (error) {
    check("the tests come to their end", false, String(error.stack ?? error));
  }
  fs.writeFileSync(process.env.ASHLS_TEST_RESULTS, JSON.stringify(results));
  if (results.some(({ holds }) => !holds)) {
    throw new Error("tests failed");
  }
}

async function tests() {
  const folder = vscode.workspace.workspaceFolders[0].uri.fsPath;
  const file = vscode.Uri.file(path.join(folder, "lib/helpdesk/support/tag.ex"));
  const extension = vscode.extensions.getExtension("ashls.ashls");
  check("the extension waits for an Elixir file", extension && !extension.isActive, extension?.isActive);
  // A file of a project without Ash comes first: the extension is asked, and does nothing.
  await vscode.workspace.openTextDocument(vscode.Uri.file(process.env.ASHLS_TEST_OTHER));
  check("an Elixir file activates it", await until(() => extension.isActive));
  const milestones = extension.exports;
  await new Promise((resolve) => setTimeout(resolve, 500));
  check("a project without Ash gets no server", !milestones.started, milestones);
  const document = await vscode.workspace.openTextDocument(file);
  const editor = await vscode.window.showTextDocument(document);
  check("the file is Elixir", document.languageId === "elixir", document.languageId);
  check("a project with Ash gets one", await until(() => milestones.pending), milestones);

  const execute = (name, ...args) => vscode.commands.executeCommand(name, ...args);
  const previewOf = (suffix) =>
    vscode.workspace.textDocuments.find((it) => it.uri.scheme === "ashls-preview" && it.uri.path.endsWith(suffix));
  await execute("ashls.previewSql");
  const preview = await until(() => previewOf(".sql"));
  check("the preview opens", preview, vscode.workspace.textDocuments.map((it) => String(it.uri)));
  check("nothing is pending at first", preview.getText() === "-- Nothing pending.\n", preview.getText());
  check("the cursor stays in the source", vscode.window.activeTextEditor?.document === document);
  check("the preview is SQL", preview.languageId === "sql", preview.languageId);

  // A new attribute is typed, letter by letter.
  const above = document.getText().split("\n").findIndex((line) => line.includes("attribute :color"));
  const line = above + 1;
  const type = (at, text) => editor.edit((edit) => edit.insert(at, text));
  await type(new vscode.Position(above, document.lineAt(above).text.length), "\n");
  for (const letter of "    attribute :emoji, :string") {
    await type(document.lineAt(line).range.end, letter);
  }
  const place = new vscode.Position(line, 6);
  editor.selection = new vscode.Selection(place, place);

  const diagnostic = await until(() =>
    vscode.languages.getDiagnostics(file).find((it) => it.range.start.line === line && it.code === "add-column"),
  );
  check("a diagnostic stands on the new line", diagnostic?.source === "ashls", vscode.languages.getDiagnostics(file));
  const hint = await until(async () => {
    const hints = await execute("vscode.executeInlayHintProvider", file, new vscode.Range(0, 0, document.lineCount, 0));
    return hints.find((it) => it.position.line === line)?.label;
  });
  check("a hint shows the statement", String(hint).includes('ADD COLUMN "emoji" text'), hint);
  const lenses = await until(async () => {
    const found = await execute("vscode.executeCodeLensProvider", file, 10);
    return found.some((it) => it.command?.title === "1 pending change") && found;
  });
  check("a lens counts the changes", lenses);
  const hovers = await execute("vscode.executeHoverProvider", file, place);
  const hover = hovers.flatMap((it) => it.contents.map((content) => content.value)).join("\n");
  check("the hover shows the column and the statement", /tags\.emoji[^]*ALTER TABLE/.test(hover), hover);
  const symbols = await execute("vscode.executeDocumentSymbolProvider", file);
  check("the outline has the module", symbols?.some((it) => it.name === "Helpdesk.Support.Tag"), symbols);

  const statement = 'ALTER TABLE "tags" ADD COLUMN "emoji" text;';
  check("the preview has followed", await until(() => preview.getText().includes(statement)), preview.getText());
  const row = preview.getText().split("\n").indexOf(statement);
  const definitions = await execute("vscode.executeDefinitionProvider", preview.uri, new vscode.Position(row, 2));
  check("a statement leads to its declaration",
    definitions[0]?.uri.fsPath === file.fsPath && definitions[0].range.start.line === line, definitions);
  const links = await execute("vscode.executeLinkProvider", preview.uri);
  const link = links.find((it) => it.target.scheme === "command");
  check("the line that names the file is a link", link, links);
  const home = new vscode.Position(0, 0);
  editor.selection = new vscode.Selection(home, home);
  await execute(link.target.path, ...JSON.parse(link.target.query));
  check("the link leads to the declaration, where the file is shown",
    vscode.window.activeTextEditor.document === document && vscode.window.activeTextEditor.selection.active.line === line
      && vscode.window.activeTextEditor.viewColumn === editor.viewColumn,
    vscode.window.activeTextEditor.selection);
  editor.selection = new vscode.Selection(place, place);

  const actions = await execute("vscode.executeCodeActionProvider", file, new vscode.Range(place, place));
  check("generating is offered on the line", actions.some((it) => it.title === "Generate migration for tags"), actions);

  await execute("ashls.previewEcto");
  const ecto = await until(() => previewOf(".exs"));
  check("the preview shows the migration's code too", await until(() => ecto?.getText().includes("add :emoji, :text")), ecto?.getText());

  // The language itself.
  const words = await execute("vscode.executeCompletionItemProvider", file, new vscode.Position(line, 13));
  check("words of the DSL are completed", words.items.some((it) => (it.label.label ?? it.label) === "attribute"), words.items.length);
  const used = document.positionAt(document.getText().indexOf("[:name]", document.getText().indexOf("identity")) + 2);
  const declared = await execute("vscode.executeDefinitionProvider", file, used);
  const target = declared[0]?.targetSelectionRange ?? declared[0]?.range;
  check("a name leads to its declaration", target && document.getText(target) === "name", declared);
  const renamed = await execute("vscode.executeDocumentRenameProvider", file, used, "label");
  const edits = renamed?.entries().flatMap(([, found]) => found) ?? [];
  check("a rename edits all uses", edits.length >= 3 && edits.every((it) => it.newText === "label"), edits);

  // Generating: what is in the editor counts, saved or not.
  check("the file is not saved", document.isDirty);
  const result = await execute("ashls.generateForResource", { name: "add_emoji" });
  check("the migration is written", result?.status === "written" && result.files.length === 2, result);
  const reference = process.env.ASHLS_TEST_REFERENCE;
  fs.writeFileSync(path.join(reference, "lib/helpdesk/support/tag.ex"), document.getText());
  const written = result.files.map((it) => vscode.Uri.parse(it).fsPath);
  const stamp = path.basename(written[0]).slice(0, 14);
  execFileSync(process.env.ASHLS_TEST_SERVER, ["codegen", "add_emoji", reference, "--timestamp", stamp]);
  for (const one of written) {
    const other = path.join(reference, path.relative(folder, one));
    const [seen, expected] = [one, other].map((name) => fs.existsSync(name) && fs.readFileSync(name, "utf8"));
    check(`${path.extname(one)} file is what ashls codegen writes`, seen && seen === expected, { seen, expected });
  }
  check("the migration is opened",
    await until(() => vscode.window.activeTextEditor?.document.uri.fsPath === written[0]),
    vscode.window.activeTextEditor?.document.uri.fsPath);
  check("the preview says that nothing is pending any more",
    await until(() => preview.isClosed || preview.getText() === "-- Nothing pending.\n"), preview.getText());
  check("the diagnostic is gone",
    await until(() => !vscode.languages.getDiagnostics(file).some((it) => it.code === "add-column")),
    vscode.languages.getDiagnostics(file));

  await keepsItsPlace(document);

  // Settings reach the server while it runs.
  const configuration = vscode.workspace.getConfiguration("ashls", file);
  await configuration.update("codeLens.enable", false, vscode.ConfigurationTarget.Workspace);
  const again = await vscode.window.showTextDocument(document);
  await again.edit((edit) => edit.insert(new vscode.Position(line, 0), "    attribute :later, :string\n"));
  check("lenses can be switched off", await until(async () => {
    const found = await execute("vscode.executeCodeLensProvider", file, 10);
    return found.length === 0;
  }));
  await configuration.update("codeLens.enable", undefined, vscode.ConfigurationTarget.Workspace);

  const dev = await execute("ashls.generateDev");
  check("a development migration is written", dev?.files.some((it) => it.endsWith("_dev.exs")), dev);
  const after = new vscode.Position(line, 0);
  await again.edit((edit) => edit.insert(after, "    attribute :last, :string\n"));

  await execute("ashls.restart");
  check("a new server knows what is pending", await until(() =>
    vscode.languages.getDiagnostics(file).some((it) => it.message.includes("add column last")),
  ), vscode.languages.getDiagnostics(file));
}

/** A long preview does not move while a declaration is edited; it does when the cursor comes to another one. */
async function keepsItsPlace(document) {
  const editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
  const above = document.getText().split("\n").findIndex((it) => it.includes("repo Helpdesk.Repo")) + 1;
  const indexes = Array.from({ length: 40 }, (_, number) => `      index [:name], name: "by_${number}"\n`).join("");
  const lines = `    custom_indexes do\n${indexes}    end\n`;
  await editor.edit((edit) => edit.insert(new vscode.Position(above, 0), lines));
  const last = new vscode.Position(above + 40, 8);
  editor.selection = new vscode.Selection(last, last);
  await vscode.commands.executeCommand("ashls.previewSql");
  const find = () => vscode.window.visibleTextEditors.find(
    ({ document: it }) => it.uri.scheme === "ashls-preview" && it.getText().includes("by_39"));
  await until(find);
  const rowOf = (name) => find().document.getText().split("\n").findIndex((it) => it.includes(`"${name}"`));
  const sees = (name) => find().visibleRanges.some((it) => it.contains(new vscode.Position(rowOf(name), 0)));
  const top = () => find().visibleRanges[0].start.line;
  check("the statement of the declaration at the cursor is in sight", await until(() => sees("by_39")), top());

  find().revealRange(new vscode.Range(20, 0, 20, 0), vscode.TextEditorRevealType.AtTop);
  await until(() => top() < 25);
  const place = top();
  for (const keys of [":color", ":name", ":color, :name"]) {
    const text = `      index [${keys}], name: "by_39"`;
    await editor.edit((edit) => edit.replace(document.lineAt(last.line).range, text));
    const columns = keys.replaceAll(/:(\w+)/g, '"$1"');
    await until(() => find()?.document.getText().includes(`"by_39" ON "tags" (${columns})`));
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  check("the preview stays where it was scrolled to while a declaration is edited",
    find().document.getText().includes('("color", "name")') && top() === place, { place, top: top() });
  const other = last.with(above + 36);
  editor.selection = new vscode.Selection(other, other);
  check("it comes to the statement of another declaration", await until(() => sees("by_35")), top());
  await editor.edit((edit) => edit.delete(new vscode.Range(above, 0, above + 42, 0)));
}

module.exports = { run };
