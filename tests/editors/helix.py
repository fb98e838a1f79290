"""The set-up of docs/editors.md in a real Helix, on a copy of the helpdesk project: see tests/editors/others.

python helix.py HX DOCS PROJECT REFERENCE: REFERENCE is a second copy of the project. `ashls` is in PATH.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pyte

HX, DOCS = sys.argv[1], Path(sys.argv[2])
PROJECT, REFERENCE = Path(sys.argv[3]), Path(sys.argv[4])
FILE = "lib/helpdesk/support/tag.ex"
ROWS, COLUMNS = 45, 200

passed = 0
failed = 0


def check(name, holds, seen=""):
    global passed, failed
    if holds:
        passed += 1
    else:
        failed += 1
        print(f"FAILED: {name}\n  saw: {seen}")


def configure(folder):
    """Writes the files that the page shows, each after its name."""
    page = DOCS.read_text().split("## Helix")[1].split("\n## ")[0]
    blocks = re.findall(r"`~/\.config/helix/(\w+\.toml)`.*?```toml\n(.*?)```", page, re.DOTALL)
    assert [name for name, _ in blocks] == ["languages.toml", "config.toml"], blocks
    folder.mkdir(parents=True)
    for name, text in blocks:
        (folder / name).write_text(text)


class Terminal:
    """A terminal that Helix draws on, and its keyboard."""

    def __init__(self, *command):
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)
        self.process, self.file = pty.fork()
        if self.process == 0:
            os.chdir(PROJECT)
            os.execvpe(command[0], command, {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"})
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        os.kill(self.process, signal.SIGWINCH)

    def draw(self, seconds):
        ready, _, _ = select.select([self.file], [], [], seconds)
        if ready:
            self.stream.feed(os.read(self.file, 65536))

    def text(self):
        return "\n".join(line.rstrip() for line in self.screen.display).strip()

    def until(self, holds, patience=30):
        end = time.monotonic() + patience
        while time.monotonic() < end:
            self.draw(0.05)
            if found := holds():
                return found
        return None

    def sees(self, *words):
        return self.until(lambda: all(word in self.text() for word in words))

    def keys(self, typed):
        """Presses keys one after another, as a hand does: this Helix sends edits that come at once in any order."""
        for key in typed:
            os.write(self.file, key.encode())
            self.draw(0.05)
            time.sleep(0.05)
        for _ in range(6):
            self.draw(0.05)

    def end(self):
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)


configure(Path(os.environ["XDG_CONFIG_HOME"]) / "helix")
terminal = Terminal(HX, FILE)
check("the file is shown", terminal.sees("attribute :color"), terminal.text())
terminal.keys("/attribute :color\r")
terminal.keys("oattribute :emoji, :string")
terminal.keys("\x1b\x1b")
check("the hint shows the statement", terminal.sees('ADD COLUMN "emoji" text'), terminal.text())
check("the finding is shown", terminal.sees("pending: add column emoji text to tags"), terminal.text())
terminal.keys("/:emoji\r")
terminal.keys(" k")
check("the hover shows column and statement", terminal.sees("tags.emoji", 'ALTER TABLE "tags" ADD COLUMN "emoji" text'), terminal.text())
terminal.keys("\x1b")
terminal.keys(" a")
check("generating is offered", terminal.sees("Generate migration for tags", "Generate migration for the whole project"), terminal.text())
terminal.keys("\x1b")
terminal.keys(":w\r")

folder = PROJECT / "priv/repo/migrations"
before = {path.name for path in folder.iterdir()}
terminal.keys(":lsp-workspace-command ashls.generate\r")
new = terminal.until(lambda: [path for path in folder.iterdir() if path.name not in before and path.suffix == ".exs"])
check("the command writes a migration", new and len(new) == 1, terminal.text())
if new:
    terminal.sees("MigrateResources1")
    (REFERENCE / FILE).write_text((PROJECT / FILE).read_text())
    stamp = new[0].name[:14]
    subprocess.run(["ashls", "codegen", "migrate_resources1", REFERENCE, "--timestamp", stamp], check=True, stdout=subprocess.DEVNULL)
    other = REFERENCE / "priv/repo/migrations" / new[0].name
    check("it is what ashls codegen writes", other.exists() and other.read_text() == new[0].read_text(), new[0].read_text())
terminal.end()
print(f"Helix: {passed} passed, {failed} failed")
