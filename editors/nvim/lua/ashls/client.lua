-- Asking the server, in every supported version of Neovim.
local M = {}

--- The server of a buffer, or any that runs.
---@param buffer? integer
---@return vim.lsp.Client?
function M.get(buffer)
  return vim.lsp.get_clients({ name = "ashls", bufnr = buffer or 0 })[1] or vim.lsp.get_clients({ name = "ashls" })[1]
end

--- The same, and a message when there is none.
---@return vim.lsp.Client?
function M.need()
  local client = M.get()
  if not client then
    M.say("no server is running here (see :checkhealth ashls)", vim.log.levels.WARN)
  end
  return client
end

function M.say(message, level)
  vim.notify("ashls: " .. message, level or vim.log.levels.INFO)
end

--- Sends a request; `done` gets the result. What goes wrong is shown, unless the text has changed meanwhile.
---@param client vim.lsp.Client
function M.request(client, method, params, done)
  local function handler(failure, result)
    if not failure then
      return done(result)
    end
    local content_modified, cancelled = -32801, -32800
    if failure.code ~= content_modified and failure.code ~= cancelled then
      M.say(failure.message, vim.log.levels.ERROR)
    end
  end
  -- No buffer is named: Neovim then sends first what was typed in any of them, and an answer may depend on all. (With 0 for
  -- the current buffer it would send nothing.)
  if vim.fn.has("nvim-0.11") == 1 then
    client:request(method, params, handler)
  else
    client.request(method, params, handler)
  end
end

--- The file of a buffer, and the place of the cursor in it.
function M.place(client)
  local position = vim.lsp.util.make_position_params(0, client.offset_encoding)
  return position.textDocument.uri, position.position
end

return M
