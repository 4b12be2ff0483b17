--[[ A DAW's side of the panel: tells the bridge what is selected, and does what the panel orders. It never waits.

    local companion = Companion.new{ spool = spool, words = words, name = "reaper", clock = seconds from any beginning,
                                     look = function, tell = function, deeds = { name = function }, complain = function }
    companion:tick()          one step, to be called from the host's tick
    companion:stop()          lets the bridge know that nobody listens any more
    Companion.is_url(text)    whether a text can be an address of the panel on this machine, and nothing else
    Companion.name_of(job)    -> what to call the result of a job, whoever asked for it

look() -> a text that differs whenever what is selected does. It is called often, so it must cost next to nothing.
tell() -> the params of the verb “select”. It is called when the selection has come to rest: not for every step of a drag.
deeds[name](order) does what is ordered (see docs/protocol.md, “Selections and orders”); complain(sentence) is for the user.

A bridge that has gone costs one look a second. When one is back, it hears the selection anew.
]]

local Companion = {}
Companion.__index = Companion

local LOOK_SEC, REST_SEC = 0.05, 0.1
local ORDER_SEC = 0.1 -- how often to look for an order
local BRIDGE_SEC = 1
local LISTEN_SEC = 20
local REFUSED_SEC = 2 -- before a bridge that ends a “listen” in another way is asked again
local UNKNOWN_SEC = 3 -- a living bridge that says nothing of a “listen” for so long does not know it

function Companion.new(parts)
  local companion = setmetatable(parts, Companion)
  companion.select_id = companion.spool.new_id() -- one for all, so that no answers add up
  companion.bridge_due, companion.look_due, companion.order_due = 0, 0, 0
  return companion
end

function Companion.is_url(text)
  return type(text) == "string" and text:find("^http://127%.0%.0%.1:%d+/[%w%-_/]*%??[%w%-_=]*$") ~= nil
end

function Companion.name_of(job)
  local context, result = job.context, job.result
  if type(context) == "table" and type(context.name) == "string" then return context.name end
  if type(result) ~= "table" then return "AuxSend" end
  local stem = type(result.stems) == "table" and result.stems[1]
  local file = stem and tostring(stem.file):match("^(.*)[/\\]") or tostring(result.midi_file or ""):gsub("%.mid$", "")
  return file:match("([^/\\]+)$") or "AuxSend"
end

local function is_able(bridge)
  for _, verb in ipairs(type(bridge.verbs) == "table" and bridge.verbs or {}) do
    if verb == "listen" then return true end
  end
  return false
end

--- Notices a bridge that comes, goes or is another one.
local function watch_bridge(self, now)
  if now < self.bridge_due then return end
  self.bridge_due = now + BRIDGE_SEC
  local bridge = self.spool:bridge()
  local pid = bridge and is_able(bridge) and bridge.pid or nil
  -- What was asked last may have been left for the next bridge, and then that is what it answers.
  if pid ~= self.pid then self.pid, self.told, self.heard_at = pid, nil, now end
end

local function watch_selection(self, now)
  if now < self.look_due then return end
  self.look_due = now + LOOK_SEC
  local seen = self.look()
  if seen ~= self.seen then self.seen, self.changed_at = seen, now end
  if self.seen == self.told or now - self.changed_at < REST_SEC then return end
  self.told = self.seen
  local is_sent = self.spool:request(self.name, "select", self.tell(), self.select_id)
  if not is_sent then self.spool:request(self.name, "select", {}, self.select_id) end -- a name or path that is not Unicode
end

local function listen(self, now)
  self.listening, self.heard_at = self.spool:request(self.name, "listen", { wait_sec = LISTEN_SEC }), now
end

local function do_deed(self, order)
  local deed = self.deeds[order.deed]
  if not deed then return self.complain(self.words.say("result_unknown")) end
  local is_good, reason = pcall(deed, order)
  if not is_good then self.complain(self.words.say("internal_error", tostring(reason))) end
end

local function watch_orders(self, now)
  if now < self.order_due then return end
  self.order_due = now + ORDER_SEC
  if not self.listening then return listen(self, now) end
  local job = self.spool:poll(self.listening)
  if job and (job.state == "queued" or job.state == "running") then
    self.heard_at = now
  elseif job and job.state == "done" then
    listen(self, now) -- first, since what is ordered may take its time
    if type(job.result) == "table" and job.result.deed ~= "" then do_deed(self, job.result) end
  elseif job then
    self.listening, self.order_due = nil, now + REFUSED_SEC
  elseif now - self.heard_at > UNKNOWN_SEC then
    self.spool:cancel(self.name, self.listening) -- or a bridge that takes its time would give it an order
    self.listening = nil
  end
end

function Companion:tick()
  local now = self.clock()
  watch_bridge(self, now)
  if not self.pid then return end
  watch_selection(self, now)
  watch_orders(self, now)
end

function Companion:stop()
  if self.listening and self.pid then self.spool:cancel(self.name, self.listening) end
end

return Companion
