// What is pending, in the explorer (resource → change → jump) and in the status bar.
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { GO_TO } from "./preview";
import type { PendingItem, PendingResource, PendingResult } from "./protocol";

type Node =
  | { kind: "resource"; resource: PendingResource }
  | { kind: "change"; resource: PendingResource; change: PendingItem }
  | { kind: "question"; resource: PendingResource; question: { text: string; range: PendingItem["range"] } };

export class Pending implements vscode.TreeDataProvider<Node> {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private result: PendingResult = { changes: 0, questions: 0, resources: [] };
  private text = "";
  private asked = 0;
  private readonly status = vscode.window.createStatusBarItem("ashls.pending", vscode.StatusBarAlignment.Left, 0);
  private readonly view: vscode.TreeView<Node>;

  constructor(private readonly client: () => LanguageClient | undefined) {
    this.status.name = "Pending Ash migrations";
    this.view = vscode.window.createTreeView("ashls.pending", { treeDataProvider: this });
  }

  register(): vscode.Disposable {
    return vscode.Disposable.from(this.changed, this.status, this.view);
  }

  /** Asks the server again. */
  async refresh(): Promise<void> {
    const asked = ++this.asked;
    const result = await this.client()
      ?.sendRequest<PendingResult>("ashls/pending", {})
      .catch(() => undefined);
    const text = JSON.stringify(result);
    if (!result || asked !== this.asked || text === this.text) {
      return;
    }
    this.text = text;
    this.result = result;
    this.changed.fire();
    this.draw();
  }

  /** The server has ended. */
  clear(): void {
    this.text = "";
    this.result = { changes: 0, questions: 0, resources: [] };
    this.changed.fire();
    this.status.hide();
  }

  /** There is no server. */
  fail(problem: string): void {
    this.status.text = "$(warning) Ash";
    this.status.tooltip = problem;
    this.status.command = "ashls.showLog";
    this.status.show();
  }

  private draw(): void {
    const { changes, questions } = this.result;
    const count = changes + questions;
    this.status.command = "ashls.pending.focus";
    this.status.text = count === 0 ? "$(pass) Ash" : `$(database) Ash: ${count} pending`;
    this.status.tooltip =
      count === 0
        ? "Nothing is pending: the snapshots say what the resources say"
        : `${plural(changes, "pending change")}, ${plural(questions, "question")}`;
    this.status.show();
    this.view.badge = count === 0 ? undefined : { value: count, tooltip: plural(count, "pending change") };
  }

  getChildren(node?: Node): Node[] {
    if (!node) {
      return this.result.resources.map((resource) => ({ kind: "resource", resource }));
    }
    if (node.kind !== "resource") {
      return [];
    }
    const { resource } = node;
    return [
      ...resource.questions.map((question): Node => ({ kind: "question", resource, question })),
      ...resource.changes.map((change): Node => ({ kind: "change", resource, change })),
    ];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const { resource } = node;
    const place = (range: PendingItem["range"]): vscode.Command => ({
      title: "Go to the declaration",
      command: GO_TO,
      arguments: [resource.location.uri, range.start],
    });
    switch (node.kind) {
      case "resource": {
        const item = new vscode.TreeItem(resource.module, vscode.TreeItemCollapsibleState.Expanded);
        item.id = resource.module;
        item.description = resource.table;
        item.iconPath = new vscode.ThemeIcon("symbol-class");
        item.command = place(resource.location.range);
        return item;
      }
      case "question": {
        const item = new vscode.TreeItem(node.question.text);
        item.iconPath = new vscode.ThemeIcon("question");
        item.command = place(node.question.range);
        return item;
      }
      case "change": {
        const { change } = node;
        const item = new vscode.TreeItem(withoutTable(change.title, resource.table));
        item.description = change.lock;
        item.iconPath = change.danger
          ? new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground"))
          : new vscode.ThemeIcon("diff-added");
        const tooltip = new vscode.MarkdownString(change.danger ? `${change.danger}\n\n` : "");
        tooltip.appendCodeblock(change.sql.map((statement) => `${statement};`).join("\n"), "sql");
        item.tooltip = tooltip;
        item.command = place(change.range);
        return item;
      }
    }
  }
}

/** "add column title text" for "add column title text to posts": the table stands in the line above. */
function withoutTable(title: string, table: string | undefined): string {
  const end = [" to ", " from ", " of ", " on "].map((word) => `${word}${table}`).find((words) => title.endsWith(words));
  return end && !/^(create|drop|rename|move) table/.test(title) ? title.slice(0, -end.length) : title;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
