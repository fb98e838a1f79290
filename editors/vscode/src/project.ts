// Which projects are ours: Mix projects that have Ash among their dependencies.
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Whether the text of a `mix.lock` or `mix.exs` names Ash. */
export function namesAsh(text: string): boolean {
  return /"ash(_\w+)?":|\{\s*:ash\w*\s*,/.test(text);
}

/** Whether a folder lies in a project that uses Ash, or in an umbrella that does. */
export async function usesAsh(folder: string): Promise<boolean> {
  const texts = await Promise.all(["mix.lock", "mix.exs"].map((name) => readFile(join(folder, name), "utf8").catch(() => "")));
  if (texts.some(namesAsh)) {
    return true;
  }
  const above = dirname(folder);
  return above !== folder && usesAsh(above);
}
