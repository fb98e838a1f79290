-- `:AshlsGenerate` and `:AshlsGenerateDev`
local client = require("ashls.client")
local M = {}

---@param what { name: string, only_here: boolean, dev?: boolean }
function M.run(what)
  local server = client.need()
  if not server then
    return
  end
  local uri, position = client.place(server)
  local params = { uri = uri }
  if what.only_here then
    params.position = position
  end
  if what.name ~= "" then
    params.name = what.name
  end
  params.dev = what.dev
  client.request(server, "workspace/executeCommand", { command = "ashls.generate", arguments = { params } }, function(result)
    if result.status == "nothing" then
      client.say("nothing is pending")
    elseif result.status == "unanswered" then
      client.say("nothing was written: a question was not answered", vim.log.levels.WARN)
    end
    -- What was written is said, and opened, by the server.
  end)
end

return M
