-- How the server is started, and what the user has set.
local M = {}

---@class ashls.Options
---@field cmd string[] the command that starts the server
---@field inlay_hints boolean show the pending statement at the ends of lines
---@field code_lens boolean show what is pending above resources
---@field settings table settings of the server, see |ashls-settings|
M.options = {
  cmd = { "ashls", "lsp" },
  inlay_hints = true,
  code_lens = true,
  settings = {},
}

local function has_ash(folder)
  for _, name in ipairs({ "mix.lock", "mix.exs" }) do
    local file = io.open(vim.fs.joinpath(folder, name))
    if file then
      local text = file:read("*a")
      file:close()
      if text:find('"ash"', 1, true) or text:find(":ash[_%w]*%s*,") then
        return true
      end
    end
  end
  return false
end

--- The root of the Mix project around a file, of the whole umbrella for an app in one; nil when it does not use Ash.
---@param path string
---@return string?
function M.root(path)
  local root
  for folder in vim.fs.parents(path) do
    if vim.uv.fs_stat(vim.fs.joinpath(folder, "mix.exs")) then
      local is_umbrella = root and vim.fs.basename(vim.fs.dirname(root)) == "apps"
        and vim.fs.dirname(vim.fs.dirname(root)) == folder
      if root and not is_umbrella then
        break
      end
      root = folder
    end
  end
  return root and has_ash(root) and root or nil
end

local function attach(client, buffer)
  if M.options.inlay_hints then
    vim.lsp.inlay_hint.enable(true, { bufnr = buffer })
  end
  if not M.options.code_lens then
    return
  end
  local group = vim.api.nvim_create_augroup("ashls-" .. buffer, { clear = true })
  local function refresh()
    vim.lsp.codelens.refresh({ bufnr = buffer })
  end
  vim.api.nvim_create_autocmd({ "BufEnter", "InsertLeave", "TextChanged" }, {
    group = group,
    buffer = buffer,
    callback = refresh,
  })
  vim.api.nvim_create_autocmd("LspDetach", {
    group = group,
    buffer = buffer,
    callback = function(args)
      if args.data.client_id == client.id then
        vim.api.nvim_del_augroup_by_id(group)
      end
    end,
  })
  refresh()
end

--- The server for `vim.lsp.config` and `vim.lsp.start`.
function M.server()
  local capabilities = vim.lsp.protocol.make_client_capabilities()
  capabilities.experimental = { ashls = { pendingChanged = true } }
  return {
    name = "ashls",
    cmd = M.options.cmd,
    filetypes = { "elixir" },
    root_dir = function(buffer, use)
      local root = M.root(vim.api.nvim_buf_get_name(buffer))
      if root then
        use(root)
      end
    end,
    capabilities = capabilities,
    settings = { ashls = next(M.options.settings) and M.options.settings or vim.empty_dict() },
    on_attach = attach,
    handlers = {
      ["ashls/pendingChanged"] = function(_, _, context)
        require("ashls.preview").refresh()
        require("ashls.pending").refresh(context.client_id)
      end,
    },
    commands = {
      -- Lenses show the preview here rather than in a file.
      ["ashls.preview"] = function(command)
        require("ashls.preview").show(command.arguments[1])
      end,
    },
  }
end

return M
