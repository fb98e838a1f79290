// The packed extension as a user sees it: types an attribute, looks at the page, and generates.
import { readdirSync } from "node:fs";
import { join } from "node:path";

export async function driveInterface({ workbench, workspace, screenshots, check }) {
  const page = await workbench.page();
  const shoot = (name) => page.screenshot({ path: join(screenshots, `${name}.png`) });
  // The editor writes no-break spaces.
  const text = async (selector) => (await page.locator(selector).allInnerTexts()).join("\n").replaceAll("\u00a0", " ");
  const until = async (find, patience = 30_000) => {
    for (const start = Date.now(); Date.now() - start < patience; ) {
      const found = await find();
      if (found) {
        return found;
      }
      await page.waitForTimeout(50);
    }
    return undefined;
  };
  /** Runs a command of the palette, or opens a file. */
  const pick = async (words) => {
    await page.keyboard.press("F1");
    const input = page.locator(".quick-input-widget input").first();
    await input.waitFor({ state: "visible" });
    await input.fill(words);
    await page.waitForTimeout(300);
    await page.keyboard.press("Enter");
  };

  await page.goto(workbench.url(workspace));
  await page.locator(".monaco-workbench").waitFor();
  const trust = page.getByRole("button", { name: /trust the authors/i }).first();
  await until(async () => (await trust.isVisible()) || (await page.locator(".explorer-folders-view").isVisible()));
  if (await trust.isVisible()) {
    await trust.click();
  }
  await page.locator(".explorer-folders-view").waitFor();
  // The extension works in restricted mode; the capture need not show the banner about it.
  const banner = page.locator(".part.banner .codicon-widget-close, .part.banner .codicon-close").last();
  if (await until(() => banner.isVisible(), 3_000)) {
    await banner.click();
  }
  // The list of files takes a moment to be there: ask until it is.
  const entry = page.locator(".quick-input-list .monaco-list-row", { hasText: "tag.ex" }).first();
  await until(async () => {
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+p");
    const input = page.locator(".quick-input-widget input").first();
    await input.waitFor({ state: "visible" });
    await input.fill("tag.ex");
    await page.waitForTimeout(1000);
    return entry.isVisible();
  });
  await entry.click();
  await until(async () => (await text(".view-lines")).includes("attribute :color"));
  const counted = await until(async () => (await text("#ashls\\.ashls\\.ashls\\.pending, .statusbar-item")).includes("Ash"));
  check("the status bar has an item", counted, await text(".statusbar-item"));
  check("the explorer has a view of pending changes", (await text(".pane-header")).toLowerCase().includes("pending changes"), await text(".pane-header"));

  const pane = page.locator(".pane-header", { hasText: "Pending changes" }).first();
  if ((await pane.getAttribute("aria-expanded")) !== "true") {
    await pane.click();
  }

  if (await page.locator(".part.auxiliarybar").isVisible()) {
    await pick(">View: Close Secondary Side Bar");
  }
  await pick(">Ash: Preview Pending SQL");
  check("the preview opens beside", await until(async () => (await text(".view-lines")).includes("-- Nothing pending.")), await text(".view-lines"));

  // Types at the end of the line of `:color`.
  const line = page.locator(".view-line", { hasText: "attribute" }).filter({ hasText: ":color" }).first();
  await line.click();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.keyboard.type("attribute :emoji, :string", { delay: 15 });
  await page.keyboard.press("Escape");

  check("the hint is drawn", await until(async () => (await text(".view-lines")).includes('▲ ADD COLUMN "emoji" text')), await text(".view-lines"));
  check("the lens is drawn", await until(async () => (await text(".codelens-decoration")).includes("1 pending change")), await text(".codelens-decoration"));
  check("the finding is drawn", await until(async () => (await page.locator(".squiggly-info").count()) > 0), await page.locator("[class*=squiggly]").count());
  const statement = 'ALTER TABLE "tags" ADD COLUMN "emoji" text;';
  check("the preview follows", await until(async () => (await text(".view-lines")).includes(statement)), await text(".view-lines"));
  check("the status bar counts", await until(async () => (await text(".statusbar-item")).includes("Ash: 1 pending")), await text(".statusbar-item"));
  check("the tree lists the change", await until(async () => (await text(".pane-body")).includes("add column emoji")), await text(".pane-body"));
  // The whole line in sight, without the list of words.
  await page.keyboard.press("Home");
  await page.locator(".suggest-widget.visible").waitFor({ state: "hidden" });
  await page.waitForTimeout(500);
  await shoot("preview");

  const mine = page.locator(".view-line", { hasText: ":emoji" }).first();
  await mine.locator("span", { hasText: ":emoji" }).last().hover();
  check("the hover is drawn", await until(async () => (await text(".monaco-hover")).includes("tags.emoji")), await text(".monaco-hover"));
  await shoot("hover");
  await page.keyboard.press("Escape");
  await page.mouse.move(5, 5);

  await mine.click();
  await page.keyboard.press("Control+.");
  const action = page.locator(".action-widget .monaco-list-row", { hasText: "Generate migration for tags" }).first();
  check("the menu offers to generate", await until(() => action.isVisible()), await text(".action-widget"));
  await shoot("menu");
  await action.click();
  const migrations = () => readdirSync(join(workspace, "priv/repo/migrations")).filter((name) => name > "20260902000000_start.exs");
  check("the migration is written", await until(() => migrations().length === 1), migrations());
  check("the migration is opened", await until(async () => (await text(".tab.active")).includes(".exs")), await text(".tab"));
  check("nothing is pending any more", await until(async () => !(await text(".statusbar-item")).includes("pending")), await text(".statusbar-item"));
  await shoot("generated");
}
