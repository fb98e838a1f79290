-- The Neovim plugin in a real Neovim, on a copy of the helpdesk project: see tests/editors/nvim.
--
-- Run with `nvim --clean -n --headless -u NONE -l tests/editors/nvim.lua PLUGIN ASHLS PROJECT REFERENCE WAY`. REFERENCE is a
-- second copy of the project; WAY is `enable` (vim.lsp.enable) or `setup`.
local plugin, ashls, project, reference, way = unpack(_G.arg, 1, 5)

local passed, failed = 0, 0

local function check(name, condition, seen)
  if condition then
    passed = passed + 1
    return
  end
  failed = failed + 1
  print(("FAILED: %s\n  saw: %s"):format(name, vim.inspect(seen)))
end

-- Waits for `find` to return something, and returns that.
local function await(find)
  local found
  vim.wait(20000, function()
    found = find()
    return found
  end, 20)
  return found
end

local messages = {}
vim.notify = function(message)
  table.insert(messages, message)
end

local version = ("%d.%d.%d"):format(vim.version().major, vim.version().minor, vim.version().patch)
vim.opt.runtimepath:prepend(plugin)
vim.cmd("filetype on")
vim.cmd.runtime("plugin/ashls.lua")
require("ashls.config").options.cmd = { ashls, "lsp" }
if way == "enable" then
  vim.lsp.enable("ashls")
else
  require("ashls").setup({ cmd = { ashls, "lsp" } })
end

local tag = project .. "/lib/helpdesk/support/tag.ex"
local started = vim.uv.hrtime()
vim.cmd.edit(tag)
vim.bo.filetype = "elixir"
local buffer = vim.api.nvim_get_current_buf()
local client = await(function()
  return vim.lsp.get_clients({ name = "ashls", bufnr = buffer })[1]
end)
check("the server attaches to the buffer", client ~= nil, vim.lsp.get_clients())
check("its root is the project", client.config.root_dir == project, client.config.root_dir)

local function request(method, params)
  local ask = vim.fn.has("nvim-0.11") == 1 and function(...)
    return client:request_sync(...)
  end or client.request_sync
  local answer = ask(method, params, 20000, buffer)
  return answer and answer.result
end
local function pending()
  return request("ashls/pending", vim.empty_dict())
end
check("nothing is pending at first", pending().changes == 0, pending())

vim.cmd.AshlsPreview("resource")
local preview = await(function()
  for _, other in ipairs(vim.api.nvim_list_bufs()) do
    if vim.bo[other].filetype == "sql" then
      return other
    end
  end
end)
check("the preview opens beside", preview ~= nil, vim.api.nvim_list_bufs())
local function preview_text()
  return table.concat(vim.api.nvim_buf_get_lines(preview, 0, -1, false), "\n")
end
check("the preview says that nothing is pending", preview_text() == "-- Nothing pending.", preview_text())
check("the cursor stays in the source", vim.api.nvim_get_current_buf() == buffer, vim.api.nvim_buf_get_name(0))

-- A new attribute is typed, letter by letter.
vim.fn.search("attribute :color")
local line = vim.fn.line(".") + 1
vim.cmd.normal({ "o", bang = true })
local typed = "    attribute :emoji, :string"
for length = 1, #typed do
  vim.api.nvim_buf_set_lines(buffer, line - 1, line, false, { typed:sub(1, length) })
  vim.wait(2)
end
vim.api.nvim_win_set_cursor(0, { line, 6 })
vim.cmd.doautocmd("TextChanged")

local function mine(items)
  return vim.tbl_filter(function(item)
    return item.lnum == line - 1
  end, items)[1]
end
local diagnostic = await(function()
  return mine(vim.tbl_filter(function(found)
    return found.code == "add-column"
  end, vim.diagnostic.get(buffer)))
end)
check("a diagnostic stands on the new line", diagnostic and diagnostic.source == "ashls", vim.diagnostic.get(buffer))
check("it says what is pending", diagnostic and diagnostic.message:find("add column emoji"), diagnostic)

-- The hints of a half-typed line may still be there for a moment.
local hint = await(function()
  return vim.tbl_filter(function(found)
    local text = found.inlay_hint.label
    return found.inlay_hint.position.line == line - 1 and text:find('ADD COLUMN "emoji" text', 1, true)
  end, vim.lsp.inlay_hint.get({ bufnr = buffer }))[1]
end)
check("a hint shows the statement", hint ~= nil, vim.lsp.inlay_hint.get({ bufnr = buffer }))
local label = hint and hint.inlay_hint.label

local lens = await(function()
  return vim.tbl_filter(function(found)
    return found.command.title == "1 pending change"
  end, vim.lsp.codelens.get(buffer))[1]
end)
check("a lens counts the changes", lens ~= nil, vim.lsp.codelens.get(buffer))

vim.lsp.buf.hover()
local hover = await(function()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= "" then
      return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), "\n")
    end
  end
end)
check("the hover shows the column and the statement", hover and hover:find("tags.emoji") and hover:find("ALTER TABLE"), hover)
for _, window in ipairs(vim.api.nvim_list_wins()) do
  if vim.api.nvim_win_get_config(window).relative ~= "" then
    vim.api.nvim_win_close(window, true)
  end
end

local statement = await(function()
  return preview_text():find('ALTER TABLE "tags" ADD COLUMN "emoji" text;', 1, true)
end)
check("the preview has followed", statement, preview_text())
vim.cmd.doautocmd("CursorMoved")
local namespace = vim.api.nvim_get_namespaces()["ashls-preview"]
local marks = vim.api.nvim_buf_get_extmarks(preview, namespace, 0, -1, { details = true })
local caused = vim.tbl_filter(function(mark)
  return mark[4].line_hl_group == "AshlsCause"
end, marks)
check("what the declaration at the cursor causes is highlighted", #caused == 2, marks)

check("the status line counts", await(function()
  return require("ashls").status() == "1 pending"
end), require("ashls").status())

vim.cmd.AshlsPending()
local list = await(function()
  local items = vim.fn.getqflist()
  return #items > 0 and items
end)
check("the quickfix list has the change", list and list[1].text:find("add column emoji"), list)
check("it leads to its line", list and list[1].lnum == line and list[1].bufnr == buffer, list)
vim.cmd.cclose()

-- From the statement back to its declaration.
vim.api.nvim_win_set_cursor(0, { 1, 0 })
vim.api.nvim_set_current_win(vim.fn.win_findbuf(preview)[1])
vim.fn.search("ALTER TABLE")
vim.api.nvim_feedkeys(vim.keycode("<CR>"), "xt", false)
check("<CR> leads from a statement to its declaration", vim.api.nvim_get_current_buf() == buffer
  and vim.fn.line(".") == line, { vim.api.nvim_buf_get_name(0), vim.fn.line(".") })

-- A long preview does not move while a declaration is edited; it does when the cursor comes to another one.
local shown = vim.fn.win_findbuf(preview)[1]
local many = { "    custom_indexes do" }
for number = 1, 40 do
  table.insert(many, ('      index [:name], name: "by_%02d"'):format(number))
end
table.insert(many, "    end")
local above = vim.fn.search("repo Helpdesk.Repo", "n")
vim.api.nvim_buf_set_lines(buffer, above, above, false, many)
vim.api.nvim_win_set_cursor(0, { above + 41, 6 })
vim.cmd.doautocmd("CursorMoved")
local function sees(name)
  for number, text in ipairs(vim.api.nvim_buf_get_lines(preview, 0, -1, false)) do
    if text:find(name, 1, true) then
      return number >= vim.fn.line("w0", shown) and number <= vim.fn.line("w$", shown)
    end
  end
end
check("the statement of the declaration at the cursor is in sight", await(function()
  return sees("by_40")
end), { vim.fn.line("w0", shown), vim.fn.line("w$", shown) })
vim.api.nvim_win_call(shown, function()
  vim.fn.winrestview({ topline = 20, lnum = 21 })
end)
local place = vim.fn.line("w0", shown)
for _, keys in ipairs({ ":color", ":name", ":color, :name" }) do
  vim.api.nvim_buf_set_lines(buffer, above + 40, above + 41, false, { ('      index [%s], name: "by_40"'):format(keys) })
  local columns = keys:gsub(":(%l+)", '"%1"')
  await(function()
    return preview_text():find('"by_40" ON "tags" (' .. columns .. ")", 1, true)
  end)
end
check("the preview stays where it was scrolled to while a declaration is edited",
  preview_text():find('("color", "name")', 1, true) and place < 25 and vim.fn.line("w0", shown) == place, { place, vim.fn.line("w0", shown) })
vim.api.nvim_win_set_cursor(0, { above + 36, 6 })
vim.cmd.doautocmd("CursorMoved")
check("it comes to the statement of another declaration", sees("by_35"), vim.fn.line("w0", shown))
vim.api.nvim_buf_set_lines(buffer, above, above + 42, false, {})
vim.api.nvim_win_set_cursor(0, { line, 6 })

vim.cmd.AshlsPreview("ecto", "resource")
check("the preview shows the migration's code too", await(function()
  return preview_text():find("add :emoji, :text", 1, true) and vim.bo[preview].filetype == "elixir"
end), preview_text())

-- The language itself.
vim.fn.search("[:name]")
local words = request("textDocument/completion", vim.tbl_extend("force", vim.lsp.util.make_position_params(0, client.offset_encoding), {
  position = { line = line - 1, character = 13 },
}))
check("words of the DSL are completed", words and vim.iter(words):any(function(word)
  return word.label == "attribute"
end), words and #words)
vim.api.nvim_win_set_cursor(0, { vim.fn.search("identity :unique_name"), #"    identity :unique_name, [:" })
vim.lsp.buf.definition()
check("a name leads to its declaration", await(function()
  return vim.api.nvim_get_current_line():find("attribute :name", 1, true)
end), vim.api.nvim_get_current_line())

-- Generating: what is in the buffer counts, saved or not.
local source = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n") .. "\n"
vim.cmd("AshlsGenerate! add_emoji")
local migration = await(function()
  return vim.fn.glob(project .. "/priv/repo/migrations/*_add_emoji.exs", false, true)[1]
end)
local snapshot = await(function()
  return vim.fn.glob(project .. "/priv/resource_snapshots/repo/tags/*.json", false, true)[2]
end)
check("the migration is written", migration ~= nil, messages)
check("the snapshot is written", snapshot ~= nil, messages)
check("the migration is opened", await(function()
  return vim.api.nvim_buf_get_name(0) == migration
end), vim.api.nvim_buf_get_name(0))

vim.fn.writefile(vim.split(source, "\n", { trimempty = true }), reference .. "/lib/helpdesk/support/tag.ex")
local stamp = vim.fs.basename(migration):sub(1, 14)
local result = vim.system({ ashls, "codegen", "add_emoji", reference, "--timestamp", stamp }, { text = true }):wait()
check("ashls codegen writes the same", result.code == 0, result)
for _, written in ipairs({ migration, snapshot }) do
  local other = reference .. written:sub(#project + 1)
  local same = vim.deep_equal(vim.fn.readblob(written), vim.fn.readblob(other))
  check(vim.fs.basename(written) .. " is what ashls codegen writes", same, vim.fn.readfile(written))
end
check("nothing is pending any more", await(function()
  return pending().changes == 0
end), pending())
check("the hint is gone", await(function()
  vim.lsp.inlay_hint.enable(true, { bufnr = buffer })
  return #vim.lsp.inlay_hint.get({ bufnr = buffer }) == 0
end), vim.lsp.inlay_hint.get({ bufnr = buffer }))

vim.cmd("AshlsGenerate")
check("generating again says that nothing is pending", await(function()
  return vim.tbl_contains(messages, "ashls: nothing is pending")
end), messages)

vim.cmd.edit(tag)
vim.api.nvim_buf_set_lines(buffer, line, line, false, { "    attribute :later, :string" })
vim.cmd("AshlsGenerateDev!")
check("a development migration is written", await(function()
  return vim.fn.glob(project .. "/priv/repo/migrations/*_dev.exs", false, true)[1]
end), messages)

check("and opened", await(function()
  return vim.api.nvim_buf_get_name(0):find("_dev.exs", 1, true)
end), vim.api.nvim_buf_get_name(0))

for _, group in ipairs({ "AshlsCause", "AshlsOrigin" }) do
  check(group .. " is a highlight group", not vim.tbl_isempty(vim.api.nvim_get_hl(0, { name = group })), group)
end
vim.cmd("checkhealth ashls")
local health = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
check("the health check finds the program and the server", health:find("is version") and health:find("the server runs"), health)
check("it finds nothing wrong", not health:find("ERROR"), health)

vim.cmd("helptags " .. plugin .. "/doc")
for _, topic in ipairs({ "ashls", ":AshlsPreview", ":AshlsGenerate", ":AshlsGenerateDev", ":AshlsPending", "ashls-setup", "ashls-settings", "hl-AshlsCause", "hl-AshlsOrigin", "ashls.status()" }) do
  check("the help has " .. topic, pcall(vim.cmd.help, topic))
end
os.remove(plugin .. "/doc/tags")

-- A project without Ash is left alone.
local other = vim.fn.tempname()
vim.fn.mkdir(other, "p")
vim.fn.writefile({ "defmodule Other.MixProject do", "end" }, other .. "/mix.exs")
vim.cmd.edit(other .. "/other.ex")
vim.bo.filetype = "elixir"
vim.wait(100)
check("projects without Ash get no server", #vim.lsp.get_clients({ name = "ashls", bufnr = 0 }) == 0)

if vim.fn.has("nvim-0.11") == 1 then
  client:stop()
else
  client.stop()
end
check("the server ends", await(function()
  return #vim.lsp.get_clients({ name = "ashls" }) == 0
end), vim.lsp.get_clients())
print(("Neovim %s, %s: %d passed, %d failed (%d ms)"):format(version, way, passed, failed, (vim.uv.hrtime() - started) / 1e6))
vim.cmd(failed == 0 and "qall!" or "cquit 1")
