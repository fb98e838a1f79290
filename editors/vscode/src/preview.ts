// The live preview: read-only documents beside the editor that follow every keystroke.
//
// A statement leads to the declaration that caused it (link, go to definition); the statements of the declaration at
// the cursor are highlighted.
import * as vscode from "vscode";
import type { LanguageClient, Location } from "vscode-languageclient/node";
import type { PreviewParams, PreviewResult } from "./protocol";

export const SCHEME = "ashls-preview";
/** The command behind links and entries; it is not in the palette. */
export const GO_TO = "ashls.goTo";

interface Shown {
  params: PreviewParams;
  result: PreviewResult;
  /** Number of the last request, to drop answers that come too late. */
  asked: number;
}

export class Previews
  implements vscode.TextDocumentContentProvider, vscode.DocumentLinkProvider, vscode.DefinitionProvider
{
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly shown = new Map<string, Shown>();
  /** The declaration whose statements were last brought into sight. */
  private revealed = "";
  private readonly cause = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor("editor.wordHighlightBackground"),
    overviewRulerColor: new vscode.ThemeColor("editorOverviewRuler.wordHighlightForeground"),
  });

  constructor(private readonly client: () => LanguageClient | undefined) {}

  register(): vscode.Disposable {
    const selector = { scheme: SCHEME };
    return vscode.Disposable.from(
      this.changed,
      this.cause,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.commands.registerCommand(GO_TO, showPlace),
      vscode.languages.registerDocumentLinkProvider(selector, this),
      vscode.languages.registerDefinitionProvider(selector, this),
      vscode.workspace.onDidCloseTextDocument((document) => this.shown.delete(document.uri.toString())),
      vscode.window.onDidChangeTextEditorSelection(() => this.highlight()),
      // The workbench puts a new text into the document some time after it was told of it.
      vscode.workspace.onDidChangeTextDocument(({ document }) => document.uri.scheme === SCHEME && this.highlight()),
    );
  }

  /** Opens a preview beside the editor, or brings the one that is open to the front. */
  async show(params: PreviewParams): Promise<void> {
    const client = this.client();
    if (!client) {
      return;
    }
    const result = await client.sendRequest<PreviewResult>("ashls/preview", params);
    const extension = result.languageId === "sql" ? "sql" : "exs";
    // The place of a resource moves while its text is edited, its name rarely does.
    const lasting: PreviewParams = { uri: params.uri, module: result.module, format: params.format };
    const uri = vscode.Uri.from({
      scheme: SCHEME,
      path: `/Pending${result.module ? ` ${result.module}` : ""}.${extension}`,
      query: JSON.stringify(lasting),
    });
    const known = this.shown.get(uri.toString());
    this.shown.set(uri.toString(), { params: lasting, result, asked: known?.asked ?? 0 });
    this.changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    const open = vscode.window.visibleTextEditors.find((editor) => editor.document.uri.toString() === uri.toString());
    await vscode.window.showTextDocument(document, {
      viewColumn: open?.viewColumn ?? vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: false,
    });
    this.revealed = "";
    this.highlight();
  }

  /** Brings all previews up to date. */
  async refresh(): Promise<void> {
    await Promise.all([...this.shown].map(([uri, shown]) => this.update(vscode.Uri.parse(uri), shown)));
    this.highlight();
  }

  private async update(uri: vscode.Uri, shown: Shown): Promise<void> {
    const asked = ++shown.asked;
    const result = await this.client()
      ?.sendRequest<PreviewResult>("ashls/preview", shown.params)
      .catch(() => undefined);
    if (!result || asked !== shown.asked) {
      return;
    }
    const same = result.text === shown.result.text;
    shown.result = result;
    if (!same) {
      this.changed.fire(uri);
    }
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    let shown = this.shown.get(uri.toString());
    if (!shown) {
      // Restored with the window, before the server has started.
      const result: PreviewResult = { title: "", languageId: "sql", text: "-- Reading the project …\n", causes: [] };
      shown = { params: JSON.parse(uri.query) as PreviewParams, result, asked: 0 };
      this.shown.set(uri.toString(), shown);
    }
    return shown.result.text;
  }

  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    const links: vscode.DocumentLink[] = [];
    for (const { range, location } of this.shown.get(document.uri.toString())?.result.causes ?? []) {
      const place = location.range.start;
      const target = vscode.Uri.parse(location.uri);
      for (let number = range.start.line; number < Math.min(range.end.line, document.lineCount); number++) {
        const line = document.lineAt(number);
        const named = /^(?:--|#) (\S+):(\d+)$/.exec(line.text);
        if (named && target.path.endsWith(named[1]) && Number(named[2]) === place.line + 1) {
          const link = new vscode.DocumentLink(
            new vscode.Range(number, line.text.indexOf(named[1]), number, line.text.length),
            goTo(target, place),
          );
          link.tooltip = "Go to the declaration";
          links.push(link);
        }
      }
    }
    return links;
  }

  provideDefinition(document: vscode.TextDocument, position: vscode.Position): vscode.Location[] {
    const causes = this.shown.get(document.uri.toString())?.result.causes ?? [];
    return causes
      .filter(({ range }) => position.line >= range.start.line && position.line < range.end.line)
      .map(({ location }) => new vscode.Location(vscode.Uri.parse(location.uri), toRange(location.range)));
  }

  /**
   * Marks the statements of the declaration at the cursor. When the cursor has come to another declaration, they are
   * brought into sight; while one is edited, previews stay where they are.
   */
  private highlight(): void {
    const source = vscode.window.activeTextEditor;
    let first: Location | undefined;
    for (const editor of vscode.window.visibleTextEditors) {
      const shown = this.shown.get(editor.document.uri.toString());
      if (!shown || editor.document.getText().replaceAll("\r\n", "\n") !== shown.result.text) {
        continue;
      }
      const causes = shown.result.causes.filter(
        ({ location }) =>
          source &&
          vscode.Uri.parse(location.uri).toString() === source.document.uri.toString() &&
          toRange(location.range).contains(source.selection.active),
      );
      const parts = causes.map(({ range }) => new vscode.Range(range.start.line, 0, range.end.line - 1, 0));
      editor.setDecorations(this.cause, parts);
      first ??= causes[0]?.location;
      if (parts[0] && key(causes[0].location) !== this.revealed) {
        editor.revealRange(parts[0], vscode.TextEditorRevealType.InCenterIfOutsideViewport);
      }
    }
    if (first) {
      this.revealed = key(first);
    }
  }
}

/** A link to a place in a file that is followed in the editor beside the preview, not on top of it. */
function goTo(file: vscode.Uri, place: Place): vscode.Uri {
  const argument = JSON.stringify([file.toString(), place]);
  return vscode.Uri.parse(`command:${GO_TO}?${encodeURIComponent(argument)}`);
}

/** Shows a place where its file is shown already, else beside the preview. */
export async function showPlace(file: string, place: Place): Promise<void> {
  const uri = vscode.Uri.parse(file);
  const open = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  const source = vscode.window.visibleTextEditors.find(({ document, viewColumn }) => viewColumn && document.uri.scheme === "file");
  const at = new vscode.Position(place.line, place.character);
  await vscode.window.showTextDocument(uri, {
    viewColumn: (open ?? source)?.viewColumn ?? vscode.ViewColumn.One,
    selection: new vscode.Range(at, at),
  });
}

/** A declaration, as long as nothing is written above it. */
function key({ uri, range }: Location): string {
  return `${uri}:${range.start.line}`;
}

export function toRange(range: { start: vscode.Position | Place; end: vscode.Position | Place }): vscode.Range {
  return new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
}

interface Place {
  line: number;
  character: number;
}
