// The packed extension without a server, in a project on SQLite: finds the server in PATH, and migrates after a question.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openPage } from "./page.mjs";

export async function driveMigrations({ workbench, workspace, screenshots, check, install }) {
  const ui = await openPage(workbench, workspace, screenshots);
  const { page, until, text, pick, status } = ui;
  await ui.open("species.ex", "latin_name");
  const told = "ashls is not installed, or not in PATH";
  check("without a server it is said how to get one", await until(async () => (await ui.notifications()).includes(told)), await ui.notifications());
  await ui.shoot("missing");
  install();
  await ui.trust();
  await pick("Ash: Restart Server");
  const running = async () => (await text(".pane-header")).toLowerCase().includes("pending changes");
  check("the server in PATH is used", await until(running), await status());
  await pick("Notifications: Clear All Notifications");

  const database = join(workspace, "priv/fieldnotes.db");
  const tables = () => {
    const open = new DatabaseSync(database, { readOnly: true });
    try {
      return open.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all().map(({ name }) => name);
    } catch {
      // It is written just now.
      return [];
    } finally {
      open.close();
    }
  };
  const dialog = page.locator(".monaco-dialog-box");
  const ask = async () => {
    await pick("Ash: Run Migrations");
    await dialog.waitFor({ state: "visible" });
  };
  await ask();
  check("migrating is asked about", (await text(".monaco-dialog-box")).includes("Run the project's migrations"), await text(".monaco-dialog-box"));
  await ui.shoot("migrate");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.waitForTimeout(1000);
  check("after a no the database is as it was", tables().length === 0, tables());

  await ask();
  await dialog.getByRole("button", { name: "Run migrations" }).click();
  const expected = ["schema_migrations", "notebooks", "sightings", "species"];
  check("after a yes the database is migrated", await until(() => expected.every((name) => tables().includes(name))), tables());
  const terminal = async () => (await text(".xterm-rows")).replaceAll("\u00a0", " ");
  check("the terminal says so", await until(async () => (await terminal()).includes("create_tables")), await terminal());
  await ui.shoot("migrated");

  await pick("Ash: Check Project");
  check("the project is checked in the terminal", await until(async () => (await terminal()).includes("2 pending changes")), await terminal());
}
