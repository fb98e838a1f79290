-- For `vim.lsp.enable("ashls")`, Neovim 0.11 and later.
return require("ashls.config").server()
