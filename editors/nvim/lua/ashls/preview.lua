-- The live preview: a buffer beside the source, kept up to date while typing.
--
-- <CR> on a statement jumps to the declaration that caused it; while the cursor is on a declaration in the source, its
-- statements are highlighted with AshlsCause.
local client = require("ashls.client")
local M = {}

local namespace = vim.api.nvim_create_namespace("ashls-preview")

---@class ashls.Preview
---@field buffer integer
---@field params table what was asked for
---@field client_id integer
---@field causes table[] from the server: `range` of the text, and the `location` of the declaration
---@field asked integer number of the last request, to drop answers that come too late
---@field revealed? string the declaration whose statements were last brought into sight

---@type table<integer, ashls.Preview> by buffer
local previews = {}

local function replace(buffer, text)
  local lines = vim.split(text, "\n")
  if lines[#lines] == "" then
    table.remove(lines)
  end
  if vim.deep_equal(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), lines) then
    return
  end
  local windows = vim.fn.win_findbuf(buffer)
  local views = vim.tbl_map(function(window)
    return vim.api.nvim_win_call(window, vim.fn.winsaveview)
  end, windows)
  vim.bo[buffer].modifiable = true
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].modifiable = false
  vim.bo[buffer].modified = false
  for index, window in ipairs(windows) do
    vim.api.nvim_win_call(window, function()
      vim.fn.winrestview(views[index])
    end)
  end
end

local function highlight_origins(preview)
  local comment = preview.params.format == "ecto" and "^# lib/" or "^%-%- lib/"
  for number, line in ipairs(vim.api.nvim_buf_get_lines(preview.buffer, 0, -1, false)) do
    if line:find(comment) then
      vim.api.nvim_buf_add_highlight(preview.buffer, namespace, "AshlsOrigin", number - 1, 0, -1)
    end
  end
end

-- Whether a position is inside a range; both as the server has them.
local function contains(range, line, character)
  local after_start = line > range.start.line or (line == range.start.line and character >= range.start.character)
  local before_end = line < range["end"].line or (line == range["end"].line and character <= range["end"].character)
  return after_start and before_end
end

-- Scrolls the windows of a preview to a line that is out of their sight.
local function reveal(preview, line)
  for _, window in ipairs(vim.fn.win_findbuf(preview.buffer)) do
    if line < vim.fn.line("w0", window) or line > vim.fn.line("w$", window) then
      vim.api.nvim_win_set_cursor(window, { line, 0 })
      vim.api.nvim_win_call(window, function()
        vim.cmd("normal! zz")
      end)
    end
  end
end

-- Highlights the statements of the declaration at the cursor of the current window. When the cursor has come to another
-- declaration, they are brought into sight; while one is edited, the preview stays where it is.
local function highlight(preview)
  vim.api.nvim_buf_clear_namespace(preview.buffer, namespace, 0, -1)
  highlight_origins(preview)
  local server = vim.lsp.get_client_by_id(preview.client_id)
  local here = vim.api.nvim_get_current_buf()
  if not server or here == preview.buffer or vim.bo[here].buftype ~= "" then
    return
  end
  local uri, position = client.place(server)
  local lines = vim.api.nvim_buf_line_count(preview.buffer)
  local first
  for _, cause in ipairs(preview.causes) do
    if cause.location.uri == uri and contains(cause.location.range, position.line, position.character) then
      for line = cause.range.start.line, math.min(cause.range["end"].line, lines) - 1 do
        vim.api.nvim_buf_set_extmark(preview.buffer, namespace, line, 0, { line_hl_group = "AshlsCause" })
      end
      first = first or cause
    end
  end
  local declaration = first and uri .. ":" .. first.location.range.start.line
  if declaration and declaration ~= preview.revealed then
    preview.revealed = declaration
    reveal(preview, math.min(first.range.start.line + 1, lines))
  end
end

-- Asks for the text again.
local function update(preview, done)
  local server = vim.lsp.get_client_by_id(preview.client_id)
  if not server then
    return
  end
  preview.asked = preview.asked + 1
  local number = preview.asked
  client.request(server, "ashls/preview", preview.params, function(result)
    if number ~= preview.asked or not vim.api.nvim_buf_is_valid(preview.buffer) then
      return
    end
    -- The place of the resource moves while its text is edited, its name rarely does.
    if result.module then
      preview.params.module, preview.params.position = result.module, nil
    end
    preview.causes = result.causes
    replace(preview.buffer, result.text)
    if vim.bo[preview.buffer].filetype ~= result.languageId then
      vim.bo[preview.buffer].filetype = result.languageId
    end
    highlight(preview)
    if done then
      done(result)
    end
  end)
end

local function jump(preview)
  local cursor = vim.api.nvim_win_get_cursor(0)
  local server = vim.lsp.get_client_by_id(preview.client_id)
  local chosen
  for _, cause in ipairs(preview.causes) do
    if cursor[1] - 1 >= cause.range.start.line and cursor[1] - 1 < cause.range["end"].line then
      local path = vim.uri_to_fname(cause.location.uri)
      local named = vim.api.nvim_get_current_line():match("([^%s:]+):(%d+)$")
      local line = vim.api.nvim_get_current_line():match(":(%d+)$")
      -- A statement may have several causes; on the line that names one, that one counts.
      local is_named = named and vim.endswith(path, named) and tonumber(line) == cause.location.range.start.line + 1
      if not chosen or is_named then
        chosen = cause.location
      end
    end
  end
  if not chosen or not server then
    return client.say("no declaration belongs to this line")
  end
  vim.cmd.wincmd("p")
  if vim.api.nvim_get_current_buf() == preview.buffer then
    vim.cmd("leftabove vsplit")
  end
  local target = vim.uri_to_bufnr(chosen.uri)
  vim.fn.bufload(target)
  vim.bo[target].buflisted = true
  vim.api.nvim_win_set_buf(0, target)
  local item = vim.lsp.util.locations_to_items({ chosen }, server.offset_encoding)[1]
  vim.api.nvim_win_set_cursor(0, { item.lnum, item.col - 1 })
end

local function create(server, params)
  local buffer = vim.api.nvim_create_buf(false, true)
  local preview = { buffer = buffer, params = params, client_id = server.id, causes = {}, asked = 0 }
  previews[buffer] = preview
  vim.bo[buffer].bufhidden = "wipe"
  vim.bo[buffer].modifiable = false
  vim.keymap.set("n", "<CR>", function()
    jump(preview)
  end, { buffer = buffer, desc = "Jump to the declaration that caused this statement" })
  vim.keymap.set("n", "q", "<Cmd>close<CR>", { buffer = buffer, desc = "Close the preview" })
  local group = vim.api.nvim_create_augroup("ashls-preview-" .. buffer, { clear = true })
  vim.api.nvim_create_autocmd("CursorMoved", {
    group = group,
    pattern = "*.ex",
    callback = function()
      highlight(preview)
    end,
  })
  vim.api.nvim_create_autocmd("BufWipeout", {
    group = group,
    buffer = buffer,
    callback = function()
      previews[buffer] = nil
      vim.api.nvim_del_augroup_by_id(group)
    end,
  })
  return preview
end

--- Shows a preview beside the current window; the one that is shown already is used again.
---@param params table parameters of `ashls/preview`
function M.show(params)
  local server = client.need()
  if not server then
    return
  end
  local preview
  for _, shown in pairs(previews) do
    if #vim.fn.win_findbuf(shown.buffer) > 0 then
      preview, shown.params, shown.client_id, shown.revealed = shown, params, server.id, nil
    end
  end
  if not preview then
    preview = create(server, params)
    local source = vim.api.nvim_get_current_win()
    vim.cmd("rightbelow vsplit")
    vim.api.nvim_win_set_buf(0, preview.buffer)
    vim.wo[0][0].wrap = false
    vim.api.nvim_set_current_win(source)
  end
  update(preview, function(result)
    pcall(vim.api.nvim_buf_set_name, preview.buffer, "ashls://" .. result.title)
  end)
end

--- `:AshlsPreview [sql|ecto] [project|resource]`
---@param words string[]
function M.open(words)
  local server = client.need()
  if not server then
    return
  end
  local uri, position = client.place(server)
  local params = { uri = uri }
  for _, word in ipairs(words) do
    if word == "sql" or word == "ecto" then
      params.format = word
    elseif word == "resource" then
      params.position = position
    elseif word ~= "project" then
      return client.say(word .. ": not one of sql, ecto, project, resource", vim.log.levels.ERROR)
    end
  end
  M.show(params)
end

--- Brings all previews up to date.
function M.refresh()
  for _, preview in pairs(previews) do
    update(preview)
  end
end

return M
