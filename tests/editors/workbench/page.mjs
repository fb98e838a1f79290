// The page of a workbench, as a user has it before them.
import { join } from "node:path";

export async function openPage(workbench, workspace, screenshots) {
  const page = await workbench.page();
  /** Waits for `find` to return something, and returns that. */
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
  /** The text of elements; the editor writes no-break spaces. */
  const text = async (selector) => (await page.locator(selector).allInnerTexts()).join("\n").replaceAll("\u00a0", " ");
  const input = page.locator(".quick-input-widget input").first();
  const rows = page.locator(".quick-input-list .monaco-list-row");

  /** Opens the palette, or the list of files, with some words in it; again until it stays open, for it closes when focus moves. */
  const ask = (keys, words) =>
    until(async () => {
      await page.keyboard.press("Escape");
      await page.keyboard.press(keys);
      try {
        await input.waitFor({ state: "visible", timeout: 3_000 });
        await input.fill(words, { timeout: 3_000 });
      } catch {
        return false;
      }
      await page.waitForTimeout(400);
      return input.isVisible();
    }, 60_000);
  /** Runs the command of that name; the list of the palette may be drawn anew under the pointer. */
  const pick = (command) =>
    until(async () => {
      await ask("F1", `>${command}`);
      const row = rows.filter({ hasText: command }).first();
      return row.click({ timeout: 2_000 }).then(() => true, () => false);
    });
  /** Opens a file by its name. The list of files takes a moment to be there: ask until it is. */
  const open = async (name, part) => {
    const entry = rows.filter({ hasText: name }).first();
    await until(async () => {
      await ask("Control+p", name);
      return until(() => entry.isVisible(), 2_000);
    });
    await entry.click();
    return until(async () => (await text(".view-lines")).includes(part));
  };
  /** The name of the commands that the palette offers for some words. */
  const offered = async (words) => {
    await ask("F1", `>${words}`);
    const names = await rows.allInnerTexts();
    await page.keyboard.press("Escape");
    return names.join("\n").replaceAll("\u00a0", " ");
  };
  const trust = async () => {
    await pick("Workspaces: Manage Workspace Trust");
    await page.locator(".workspace-trust-editor .monaco-button", { hasText: /^Trust$/ }).first().click();
    await page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor({ state: "hidden" });
    await pick("View: Close Editor");
  };

  await page.goto(workbench.url(workspace));
  await page.locator(".monaco-workbench").waitFor();
  // A folder that is new may be asked about first; it is trusted later, by `trust`.
  const refuse = page.getByRole("button", { name: /no, browse|don't trust/i }).first();
  const explorer = page.locator(".explorer-folders-view");
  await until(async () => (await refuse.isVisible()) || (await explorer.isVisible()));
  if (await refuse.isVisible()) {
    await refuse.click();
  }
  await explorer.waitFor();
  return {
    page,
    until,
    text,
    pick,
    open,
    offered,
    trust,
    input,
    shoot: (name) => page.screenshot({ path: join(screenshots, `${name}.png`) }),
    status: () => text(".statusbar-item"),
    /** What the user was told, whether it still stands in the corner or not. */
    notifications: async () => {
      await pick("Notifications: Show Notifications");
      await page.waitForTimeout(200);
      return text(".notifications-center");
    },
  };
}
