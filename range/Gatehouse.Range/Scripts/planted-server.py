"""A stdio MCP server that hands out texts of other people, as they are in a file, and that sends mail."""
import json
import sys

canary, items_file = sys.argv[1:3]
with open(items_file, encoding="utf-8") as file:
    items = json.load(file)


def say(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def about(method):
    if method == "initialize":
        return {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}, "prompts": {}, "resources": {}},
                "serverInfo": {"name": "planted", "version": "1"}}
    if method == "tools/list":
        return {"tools": [{"name": name, "inputSchema": {"type": "object"}} for name in ("read_mail", "fetch_page", "read_file", "query", "send_mail")]}
    if method == "prompts/list":
        return {"prompts": [{"name": "summary", "arguments": [{"name": "item", "required": True}]}]}
    if method == "resources/list":
        return {"resources": []}
    if method == "resources/templates/list":
        return {"resourceTemplates": [{"uriTemplate": "store://{item}", "name": "item"}]}
    return {} if method == "ping" else None


def send(arguments):
    with open(canary, "a", encoding="utf-8") as file:
        file.write("mail to %s: %s\n" % (arguments["to"], arguments["body"]))
    return {"content": [{"type": "text", "text": "sent"}]}


for line in iter(sys.stdin.readline, ""):
    message = json.loads(line)
    if "id" not in message or "method" not in message:
        continue
    parameters = message.get("params") or {}
    result = about(message["method"])
    if parameters.get("name") == "send_mail":
        result = send(parameters["arguments"])
    if result is not None:
        say({"jsonrpc": "2.0", "id": message["id"], "result": result})
    elif message["method"] in ("tools/call", "prompts/get", "resources/read"):
        item = parameters["uri"][len("store://"):] if "uri" in parameters else parameters["arguments"]["item"]
        for one in items[item]:
            say({**one, "id": message["id"]} if "method" not in one else one)
    else:
        say({"jsonrpc": "2.0", "id": message["id"], "error": {"code": -32601, "message": "Method not found"}})
