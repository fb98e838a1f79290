-- Commands and highlight groups. The server is started by `vim.lsp.enable("ashls")` or `require("ashls").setup()`.
if vim.g.loaded_ashls then
  return
end
vim.g.loaded_ashls = true

vim.api.nvim_set_hl(0, "AshlsCause", { link = "Visual", default = true })
vim.api.nvim_set_hl(0, "AshlsOrigin", { link = "Underlined", default = true })

vim.api.nvim_create_user_command("AshlsPreview", function(args)
  require("ashls.preview").open(args.fargs)
end, {
  nargs = "*",
  complete = function(lead)
    return vim.tbl_filter(function(word)
      return vim.startswith(word, lead)
    end, { "ecto", "project", "resource", "sql" })
  end,
  desc = "Show the pending migration beside this window",
})

vim.api.nvim_create_user_command("AshlsGenerate", function(args)
  require("ashls.generate").run({ name = args.args, only_here = args.bang })
end, { nargs = "?", bang = true, desc = "Write the pending migration and its snapshots (with !: of this resource)" })

vim.api.nvim_create_user_command("AshlsGenerateDev", function(args)
  require("ashls.generate").run({ name = "", only_here = args.bang, dev = true })
end, { bang = true, desc = "Write a development migration, which the next one with a name replaces" })

vim.api.nvim_create_user_command("AshlsPending", function()
  require("ashls.pending").quickfix()
end, { desc = "List what is pending in the quickfix list" })
