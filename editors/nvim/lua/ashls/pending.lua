-- What is pending: `:AshlsPending` and the status line.
local client = require("ashls.client")
local M = {}

-- The newest count of each server, by its id.
local counts = {}

local function item(uri, range, text, kind, encoding)
  local found = vim.lsp.util.locations_to_items({ { uri = uri, range = range } }, encoding)[1]
  found.text, found.type = text, kind
  return found
end

--- Lists what is pending in the quickfix list, and opens it.
function M.quickfix()
  local server = client.need()
  if not server then
    return
  end
  client.request(server, "ashls/pending", vim.empty_dict(), function(pending)
    local items = {}
    for _, resource in ipairs(pending.resources) do
      local uri = resource.location.uri
      for _, question in ipairs(resource.questions) do
        table.insert(items, item(uri, question.range, question.text, "I", server.offset_encoding))
      end
      for _, change in ipairs(resource.changes) do
        local text = change.title .. (change.danger and (": " .. change.danger) or "")
        table.insert(items, item(uri, change.range, text, change.danger and "W" or "I", server.offset_encoding))
      end
    end
    vim.fn.setqflist({}, " ", { title = "ashls: pending changes", items = items })
    if #items == 0 then
      client.say("nothing is pending")
    else
      vim.cmd("botright copen")
    end
  end)
end

--- Counts again, after the server has said that something may have changed.
---@param id integer
function M.refresh(id)
  local server = vim.lsp.get_client_by_id(id)
  if not server then
    return
  end
  client.request(server, "ashls/pending", vim.empty_dict(), function(pending)
    local count = pending.changes + pending.questions
    if counts[id] ~= count then
      counts[id] = count
      vim.cmd.redrawstatus({ bang = true })
    end
  end)
end

--- What is pending in this buffer's project.
---@return string
function M.status()
  local server = client.get()
  local count = server and counts[server.id] or 0
  return count > 0 and (count .. " pending") or ""
end

return M
