// The packed extension as a user sees it: types an attribute, looks at the page, generates; and trusts the folder before.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openPage } from "./page.mjs";

/**
 * `servers` has scripts that start the server and leave a file that tells so: `bundled` is in the package, `path` in PATH,
 * `folder` in the settings of the folder, `old` says a version that does not fit. `codegen` writes the same migration
 * from the command line, into a second copy of the project with the same text.
 */
export async function driveInterface({ workbench, workspace, screenshots, check, servers, settings, codegen }) {
  const ui = await openPage(workbench, workspace, screenshots);
  const { page, until, text, pick, status, shoot } = ui;
  const started = (name) => existsSync(`${servers[name]}.started`);

  // A folder that is not trusted: ashls works, but neither runs its programs nor offers to.
  check("the file is shown", await ui.open("tag.ex", "attribute :color"), await text(".view-lines"));
  check("the status bar has an item", await until(async () => (await status()).includes("Ash")), await status());
  check("the server in the package comes before the one in PATH", started("bundled") && !started("path"), servers);
  check("a folder that is not trusted does not choose the server", !started("folder"), servers);
  check("commands that run something are not offered there", !(await ui.offered("Ash: Run Migrations")).includes("Run Migrations"));
  check("the others are", (await ui.offered("Ash: Preview Pending SQL")).includes("Preview Pending SQL"));
  await ui.trust();
  await ui.open("tag.ex", "attribute :color");
  check("the setting comes before the server in the package", await until(() => started("folder")), servers);
  check("commands that run something are offered in a trusted folder", (await ui.offered("Ash: Run Migrations")).includes("Run Migrations"));

  await until(async () => (await text(".pane-header")).toLowerCase().includes("pending changes"));
  check("the explorer has a view of pending changes", (await text(".pane-header")).toLowerCase().includes("pending changes"), await text(".pane-header"));
  const pane = page.locator(".pane-header", { hasText: "Pending changes" }).first();
  if ((await pane.getAttribute("aria-expanded")) !== "true") {
    await pane.click();
  }
  if (await page.locator(".part.auxiliarybar").isVisible()) {
    await page.keyboard.press("Control+Alt+b");
  }
  await pick("Ash: Preview Pending SQL");
  check("the preview opens beside", await until(async () => (await text(".view-lines")).includes("-- Nothing pending.")), await text(".view-lines"));

  /** Types at the end of the line that has some words. */
  const type = async (words, typed) => {
    await page.locator(".view-line", { hasText: words }).first().click();
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.keyboard.type(typed, { delay: 15 });
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
  };
  await type(":color, :string", "attribute :emoji, :string");
  check("the hint is drawn", await until(async () => (await text(".view-lines")).includes('▲ ADD COLUMN "emoji" text · ACCESS EXCLUSIVE')), await text(".view-lines"));
  check("the lens is drawn", await until(async () => (await text(".codelens-decoration")).includes("1 pending change")), await text(".codelens-decoration"));
  check("the finding is drawn", await until(async () => (await page.locator(".squiggly-info").count()) > 0), await page.locator("[class*=squiggly]").count());
  const statement = 'ALTER TABLE "tags" ADD COLUMN "emoji" text;';
  check("the preview follows", await until(async () => (await text(".view-lines")).includes(statement)), await text(".view-lines"));
  check("the status bar counts", await until(async () => (await status()).includes("Ash: 1 pending")), await status());
  check("the tree lists the change", await until(async () => (await text(".pane-body")).includes("add column emoji text")), await text(".pane-body"));

  // From the declaration to its statements, and back.
  const preview = page.locator(".editor-instance", { hasText: "Helpdesk.Repo" }).filter({ hasText: "ALTER TABLE" }).last();
  const marked = () => preview.locator(".view-overlays [class*='ced-']").count();
  await page.keyboard.press("Home");
  await page.locator(".suggest-widget.visible").waitFor({ state: "hidden" });
  check("the statement of the declaration at the cursor is marked", await until(async () => (await marked()) === 2), await marked());
  await page.waitForTimeout(500);
  await shoot("preview");
  await page.keyboard.press("ArrowUp");
  check("that of another declaration is not", await until(async () => (await marked()) === 0), await marked());
  await page.keyboard.press("Control+Home");
  const link = preview.locator(".detected-link").first();
  await until(() => link.isVisible());
  const box = await link.boundingBox();
  await page.keyboard.down("Control");
  await page.mouse.click(box.x + 40, box.y + box.height / 2);
  await page.keyboard.up("Control");
  check("the link leads from the statement to the declaration", await until(async () => (await status()).includes("Ln 19, Col 5")), await status());
  check("the preview stays in sight", (await text(".view-lines")).includes(statement), await text(".tab"));

  const mine = page.locator(".view-line", { hasText: ":emoji" }).first();
  await mine.locator("span", { hasText: ":emoji" }).last().hover();
  const hovered = () => text(".monaco-hover");
  check("the hover shows column and statement", await until(async () => /tags\.emoji[^]*ALTER TABLE/.test(await hovered())), await hovered());
  await shoot("hover");
  await page.keyboard.press("Escape");
  await page.mouse.move(5, 5);

  // The command of the palette writes what the command line writes.
  const migrations = () => readdirSync(join(workspace, "priv/repo/migrations")).filter((name) => name > "20260902000000_start.exs");
  const snapshots = () => readdirSync(join(workspace, "priv/resource_snapshots/repo/tags")).filter((name) => name.endsWith(".json")).sort();
  const before = snapshots();
  await pick("Ash: Generate Migration");
  await until(async () => (await text(".quick-input-widget")).includes("Name of the migration"));
  await ui.input.fill("add_emoji");
  await page.keyboard.press("Enter");
  check("one migration is written", await until(() => migrations().length === 1), migrations());
  await until(() => snapshots().length === before.length + 1);
  const files = [
    `priv/repo/migrations/${migrations()[0]}`,
    ...snapshots().filter((name) => !before.includes(name)).map((name) => `priv/resource_snapshots/repo/tags/${name}`),
  ];
  check("and one snapshot", files.length === 2, files);
  const reference = codegen("add_emoji", migrations()[0].slice(0, 14));
  for (const file of files) {
    const [seen, expected] = [workspace, reference].map((folder) => existsSync(join(folder, file)) && readFileSync(join(folder, file), "utf8"));
    check(`${file.split(".").pop()} file from the palette is what ashls codegen writes`, seen && seen === expected, { seen, expected });
  }
  check("the migration is opened", await until(async () => (await text(".tab.active")).includes("add_emoji")), await text(".tab"));
  check("nothing is pending any more", await until(async () => !(await status()).includes("pending")), await status());
  await shoot("generated");

  // So does the menu at a line.
  await ui.open("tag.ex", "attribute :emoji");
  await type(":emoji, :string", "attribute :shape, :string");
  await until(async () => (await status()).includes("Ash: 1 pending"));
  const action = page.locator(".action-widget .monaco-list-row", { hasText: "Generate migration for tags" }).first();
  const menu = async () => {
    await page.keyboard.press("Escape");
    await page.locator(".view-line", { hasText: ":shape" }).first().click();
    await page.keyboard.press("Control+.");
    return until(() => action.isVisible(), 5_000);
  };
  check("the menu offers to generate", await until(menu), await text(".action-widget"));
  await shoot("menu");
  await action.click();
  check("the menu writes a migration too", await until(() => migrations().length === 2), migrations());

  await pick("Welcome: Open Walkthrough");
  await page.locator(".quick-input-list .monaco-list-row", { hasText: "See migrations while you edit" }).first().click();
  check("the walkthrough has its steps", await until(async () => (await text(".getting-started-step")).includes("Keep the preview open")), await text(".getting-started-step"));
  await page.waitForTimeout(500);
  await shoot("walkthrough");

  // A server that does not fit.
  const choose = (path) => writeFileSync(settings, JSON.stringify({ ...JSON.parse(readFileSync(settings, "utf8")), "ashls.server.path": path }));
  choose(servers.old);
  const told = "is ashls 0.0.9; this extension needs";
  check("a server of another version is refused", await until(async () => (await ui.notifications()).includes(told)), await ui.notifications());
  const noise = /stream|connection|failed/i;
  check("nothing else is said about it", !noise.test(await ui.notifications()), await ui.notifications());
  await shoot("version");
  choose(join(workspace, "missing"));
  check("a server that is not there is named", await until(async () => (await ui.notifications()).includes("missing (from the setting ashls.server.path) was not found")), await ui.notifications());
  choose(servers.folder);
  check("a setting that is right again starts the server", await until(async () => /Ash(?!: )/.test(await status()) && (await text(".pane-header")).toLowerCase().includes("pending changes")), await status());
}
