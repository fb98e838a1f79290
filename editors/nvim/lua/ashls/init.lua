-- ashls for Neovim: see |ashls.txt|.
local M = {}

--- Sets options and starts the server for Elixir files in projects that use Ash.
---@param options? ashls.Options
function M.setup(options)
  local config = require("ashls.config")
  config.options = vim.tbl_deep_extend("force", config.options, options or {})
  if vim.lsp.config and vim.lsp.enable then
    vim.lsp.config("ashls", config.server())
    vim.lsp.enable("ashls")
    return
  end
  -- Neovim 0.10
  local function start(buffer)
    local server = config.server()
    server.root_dir(buffer, function(root)
      server.root_dir = root
      vim.lsp.start(server, { bufnr = buffer })
    end)
  end
  vim.api.nvim_create_autocmd("FileType", {
    group = vim.api.nvim_create_augroup("ashls-start", { clear = true }),
    pattern = "elixir",
    callback = function(args)
      start(args.buf)
    end,
  })
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) and vim.bo[buffer].filetype == "elixir" then
      start(buffer)
    end
  end
end

--- What is pending, for a status line: "3 pending", empty when nothing is.
---@return string
function M.status()
  return require("ashls.pending").status()
end

return M
