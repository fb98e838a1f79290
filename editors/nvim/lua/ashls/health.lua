-- `:checkhealth ashls`
local M = {}

function M.check()
  local config = require("ashls.config")
  vim.health.start("ashls")
  if vim.fn.has("nvim-0.10") == 1 then
    vim.health.ok("Neovim " .. tostring(vim.version()))
  else
    vim.health.error("Neovim 0.10 or later is needed")
  end
  local program = config.options.cmd[1]
  if vim.fn.executable(program) == 0 then
    vim.health.error(program .. " cannot be run", { "Install it: cargo install ashls", 'Or set `cmd` in require("ashls").setup()' })
  else
    local result = vim.system({ program, "--version" }, { text = true }):wait(5000)
    local version = (result.stdout or ""):match("^ashls (%d+%.%d+%.%d+)")
    if version then
      vim.health.ok(vim.fn.exepath(program) .. " is version " .. version)
    else
      vim.health.error(program .. " does not say which version of ashls it is", { vim.trim(result.stderr or "") })
    end
  end
  local clients = vim.lsp.get_clients({ name = "ashls" })
  for _, client in ipairs(clients) do
    vim.health.ok("the server runs for " .. (client.root_dir or client.config.root_dir or "single files"))
  end
  if #clients == 0 then
    vim.health.info("no server runs: open an Elixir file of a project that has Ash in mix.exs or mix.lock")
  end
end

return M
