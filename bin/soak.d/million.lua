-- wrk: GETs of objects by number. arguments: "fill" FROM TO, each once and then the last one again; or "any" FROM TO, at random.
local threads = 0
local count = 2

function setup(thread)
   thread:set("id", threads)
   threads = threads + 1
end

function init(args)
   kind, from, to = args[1], tonumber(args[2]), tonumber(args[3])
   next_ = from + id
   math.randomseed(id + 1)
end

function request()
   local number = next_
   if kind == "any" then number = math.random(from, to - 1) end
   next_ = next_ + count
   if kind == "fill" and number >= to then number = to - 1 end
   return wrk.format("GET", "/object/" .. number)
end
