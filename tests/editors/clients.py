"""Every message of the server, for several clients, against the protocol's types: see tests/editors/clients."""

import json
import os
import queue
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

from lsprotocol import converters, types

ROOT = Path(__file__).resolve().parents[2]
ASHLS = Path(os.environ.get("ASHLS", ROOT / "target/debug/ashls")).resolve()
CAPABILITIES = json.loads((ROOT / "tests/editors/capabilities.json").read_text())
CONVERTER = converters.get_converter()
PATIENCE = 30
FILE = "lib/helpdesk/support/tag.ex"

passed = 0
failed = 0


def check(name, holds, seen=None):
    global passed, failed
    if holds:
        passed += 1
    else:
        failed += 1
        print(f"FAILED: {name}\n  saw: {json.dumps(seen, default=str)[:2000]}")


def without_empty(value):
    """A message without members that are null, which the protocol has in two ways."""
    if isinstance(value, dict):
        return {key: without_empty(member) for key, member in value.items() if member is not None}
    if isinstance(value, list):
        return [without_empty(member) for member in value]
    return value


def validate(message, kind):
    """Why a message is not of a type of the protocol: it cannot be read, or something in it is not of the type."""
    try:
        read = CONVERTER.structure(message, kind)
    except Exception as error:  # noqa: BLE001: any failure to read is a finding
        return f"{type(error).__name__}: {error!r}"
    again = CONVERTER.unstructure(read, unstructure_as=kind)
    if without_empty(again) != without_empty(message):
        return f"read as {json.dumps(again, default=str)}"
    return None


class Server:
    """A session over standard input and output."""

    def __init__(self, client, project):
        self.client = client
        self.project = project
        self.process = subprocess.Popen(
            [ASHLS, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=project
        )
        self.messages = queue.Queue()
        self.pushed = {}
        self.asked = []
        self.shown = []
        self.next_id = 0
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        while True:
            length = 0
            while (line := self.process.stdout.readline()) not in (b"\r\n", b""):
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not length:
                return
            self.messages.put(json.loads(self.process.stdout.read(length)))

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def notify(self, method, params):
        self.send({"method": method, "params": params})

    def request(self, method, params, custom=False):
        """The result; it and everything that comes before it is checked."""
        self.next_id += 1
        number = self.next_id
        self.send({"id": number, "method": method, "params": params})
        while True:
            message = self.messages.get(timeout=PATIENCE)
            if "method" in message:
                self.take(message)
                continue
            assert message["id"] == number, message
            if "error" in message and message["error"]["code"] == -32802:
                # The server asks to be asked again.
                return self.request(method, params, custom)
            if not custom:
                kind = types.METHOD_TO_TYPES[method][1]
                if method == "textDocument/codeAction":
                    # lsprotocol takes every action with a command for a command; so each is read by itself.
                    each = message.get("result") or []
                    problems = [validate(it, types.Command if isinstance(it["command"], str) else types.CodeAction) for it in each]
                    problem = next((it for it in problems if it), None)
                else:
                    problem = validate(message, kind)
                check(f"{self.client}: the answer to {method}", problem is None, problem)
            check(f"{self.client}: {method} succeeds", "error" not in message, message)
            return message.get("result")

    def take(self, message):
        """Takes something that the server says of its own accord."""
        method = message["method"]
        if not method.startswith("ashls/"):
            problem = validate(message, types.METHOD_TO_TYPES[method][0])
            check(f"{self.client}: {method} from the server", problem is None, problem)
        self.asked.append(method)
        if method == "window/showDocument":
            self.shown.append(message["params"]["uri"])
        if method == "textDocument/publishDiagnostics":
            self.pushed[message["params"]["uri"]] = message["params"]
        if "id" in message:
            items = message["params"].get("items", []) if isinstance(message.get("params"), dict) else []
            answers = {"workspace/configuration": [None] * len(items), "window/showDocument": {"success": True}}
            self.send({"id": message["id"], "result": answers.get(method)})

    def until(self, holds):
        while not holds():
            self.take(self.messages.get(timeout=PATIENCE))

    def end(self):
        self.request("shutdown", None)
        self.notify("exit", None)
        check(f"{self.client}: the server ends", self.process.wait(PATIENCE) == 0)


def session(client, capabilities, project):
    server = Server(client, project)
    folder = project.as_uri()
    params = {"processId": os.getpid(), "rootUri": folder, "capabilities": capabilities}
    if capabilities.get("workspace", {}).get("workspaceFolders"):
        params["workspaceFolders"] = [{"uri": folder, "name": "helpdesk"}]
    offered = server.request("initialize", params)["capabilities"]
    encodings = capabilities.get("general", {}).get("positionEncodings", ["utf-16"])
    check(f"{client}: a known position encoding", offered["positionEncoding"] in encodings, offered)
    server.notify("initialized", {})

    uri = (project / FILE).as_uri()
    # A letter that counts differently in every encoding stands before what is asked about.
    text = (project / FILE).read_text()
    text = text.replace("identities do\n", '# 𝄞ä\n  identities do\n')
    text = text.replace("    attribute :color", '    attribute :emoji, :string, description: "𝄞ä", sensitive?: false\n    attribute :color')
    server.notify("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "elixir", "version": 1, "text": text}})
    lines = text.split("\n")
    document = {"textDocument": {"uri": uri}}
    width = {"utf-8": lambda it: len(it.encode()), "utf-16": lambda it: len(it.encode("utf-16-le")) // 2, "utf-32": len}[
        offered["positionEncoding"]
    ]

    def place(part, into=1):
        number = next(index for index, line in enumerate(lines) if part in line)
        return {"line": number, "character": width(lines[number][: lines[number].index(part)]) + into}

    everything = {"start": {"line": 0, "character": 0}, "end": {"line": len(lines) - 1, "character": 0}}
    server.request("workspace/symbol", {"query": "tag"})

    # Diagnostics are pulled or pushed, never both.
    if "diagnosticProvider" in offered:
        report = server.request("textDocument/diagnostic", document)
        found = report["items"]
        server.request("workspace/diagnostic", {"previousResultIds": []})
    else:
        server.until(lambda: any(it["code"] == "add-column" for it in server.pushed.get(uri, {}).get("diagnostics", [])))
        found = server.pushed[uri]["diagnostics"]
    check(f"{client}: the new column is found", any(it["code"] == "add-column" for it in found), found)

    hover = server.request("textDocument/hover", {**document, "position": place("sensitive?")})
    formats = capabilities.get("textDocument", {}).get("hover", {}).get("contentFormat", ["markdown"])
    check(f"{client}: a hover in a format that it draws", hover["contents"]["kind"] in formats, hover)
    hints = server.request("textDocument/inlayHint", {**document, "range": everything})
    at_end = {"line": place(":emoji")["line"], "character": width(lines[place(":emoji")["line"]])}
    check(f"{client}: the hint stands at the end of the line", any(it["position"] == at_end for it in hints), hints)
    server.request("textDocument/codeLens", document)
    server.request("textDocument/foldingRange", document)
    server.request("textDocument/documentLink", document)
    server.request("textDocument/semanticTokens/full", document)
    server.request("textDocument/documentSymbol", document)
    server.request("textDocument/selectionRange", {**document, "positions": [place(":emoji")]})

    items = server.request("textDocument/completion", {**document, "position": place("sensitive?", 4)})
    wanted = next((it for it in items if it["label"] == "sensitive?"), None)
    start = place("sensitive?", 0)
    check(f"{client}: a completion that replaces the word", wanted and wanted["textEdit"]["range"]["start"] == start, wanted)
    completion = capabilities.get("textDocument", {}).get("completion", {}).get("completionItem", {})
    snippets = any(it.get("insertTextFormat") == 2 for it in items)
    check(f"{client}: snippets only where they are understood", snippets == completion.get("snippetSupport", False))

    definition = server.request("textDocument/definition", {**document, "position": place("[:name]", 2)})
    links = capabilities.get("textDocument", {}).get("definition", {}).get("linkSupport", False)
    check(f"{client}: definitions in the form that it reads", definition and ("targetUri" in definition[0]) == links, definition)
    server.request("textDocument/references", {**document, "position": place("[:name]", 2), "context": {"includeDeclaration": True}})
    if "implementationProvider" in offered:
        server.request("textDocument/implementation", {**document, "position": place("[:name]", 2)})
    actions = server.request(
        "textDocument/codeAction",
        {**document, "range": {"start": place(":emoji"), "end": place(":emoji")}, "context": {"diagnostics": found}},
    )
    literals = "codeActionLiteralSupport" in capabilities.get("textDocument", {}).get("codeAction", {})
    check(f"{client}: actions in the form that it reads", actions and all(("kind" in it) == literals for it in actions), actions)
    if capabilities.get("textDocument", {}).get("rename", {}).get("prepareSupport"):
        server.request("textDocument/prepareRename", {**document, "position": place("[:name]", 2)})
    edit = server.request("textDocument/rename", {**document, "position": place("[:name]", 2), "newName": "label"})
    versioned = capabilities.get("workspace", {}).get("workspaceEdit", {}).get("documentChanges", False)
    check(f"{client}: edits in the form that it applies", ("documentChanges" in edit) == versioned, edit)
    annotated = "changeAnnotationSupport" in capabilities.get("workspace", {}).get("workspaceEdit", {})
    check(f"{client}: a renamed column is confirmed where that is possible", ("changeAnnotations" in edit) == annotated, edit)
    preview = server.request("ashls/preview", {"uri": uri}, custom=True)
    documents = "textDocumentContent" in capabilities.get("workspace", {})
    check(f"{client}: a preview is a document where there are such", ("uri" in preview) == documents, preview)
    if documents:
        content = server.request("workspace/textDocumentContent", {"uri": preview["uri"]})
        check(f"{client}: the document has the same text", content["text"] == preview["text"], content)
    server.request("ashls/pending", {}, custom=True)
    server.request("workspace/executeCommand", {"command": "ashls.preview", "arguments": [{"uri": uri}]})
    content = capabilities.get("workspace", {}).get("textDocumentContent")
    offers = "textDocumentContent" in offered.get("workspace", {})
    check(f"{client}: previews as documents only where they are asked for", bool(content) or not offers, offered)
    if offers:
        server.until(lambda: server.shown)
        text = server.request("workspace/textDocumentContent", {"uri": server.shown[0]})["text"]
        check(f"{client}: the preview as a document", 'ADD COLUMN "emoji"' in text, text)
    params = {"command": "ashls.generate", "arguments": [{"uri": uri, "module": "Helpdesk.Support.Tag"}]}
    written = server.request("workspace/executeCommand", params)
    check(f"{client}: the migration is written", written["status"] == "written", written)
    server.end()

    if client == "bare":
        unwanted = {it for it in server.asked if it not in
                    ("textDocument/publishDiagnostics", "window/logMessage", "window/showMessage")}
        check("bare: nothing is asked of it", not unwanted, sorted(unwanted))
    told = "ashls/pendingChanged" in server.asked
    wanted = "ashls" in capabilities.get("experimental", {})
    check(f"{client}: pendingChanged only where it is wanted", told == wanted)


for client, capabilities in CAPABILITIES.items():
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder).resolve() / "helpdesk"
        shutil.copytree(ROOT / "tests/projects/helpdesk", project)
        try:
            session(client, capabilities, project)
        except Exception as error:  # noqa: BLE001: the other clients still count
            check(f"{client}: the session comes to its end", False, repr(error))
print(f"{passed} passed, {failed} failed")
raise SystemExit(0 if failed == 0 else 1)
