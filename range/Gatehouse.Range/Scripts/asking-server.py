"""A stdio MCP server for many people. It asks before it transfers money, and its questions have one number in each call, which is 0."""
import json
import sys

canary = sys.argv[1]
asked = None  # the call that the open question is about: id, amount, id of the call during which it was asked
prepared = None  # a transfer that is asked about later: id, amount


def sing(text):
    with open(canary, "a", encoding="utf-8") as file:
        file.write(text + "\n")


def say(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def answer(ident, text):
    if ident is not None:
        say({"jsonrpc": "2.0", "id": ident, "result": {"content": [{"type": "text", "text": text}]}})


def ask(ident, amount, during):
    global asked
    asked = (ident, amount, during)
    schema = {"type": "object", "properties": {"sure": {"type": "boolean"}}}
    say({"jsonrpc": "2.0", "id": 0, "method": "elicitation/create", "params": {"message": "Transfer " + amount + "?", "requestedSchema": schema}})
    sing("asked " + amount)


def end(is_yes):
    """The question is over: the money moves or not, and the calls get their answers."""
    global asked
    ident, amount, during = asked
    asked = None
    if is_yes:
        sing("transfer " + amount)
    answer(ident, "moved" if is_yes else "not moved")
    answer(during, "done")


def call(ident, name, arguments):
    global prepared
    if name == "transfer":
        ask(ident, arguments["amount"], None)
    elif name == "prepare":  # its question comes during the next call
        prepared = (ident, arguments["amount"])
        sing("prepared " + arguments["amount"])
    elif prepared is not None:
        (later, amount), prepared = prepared, None
        ask(later, amount, ident)
    else:
        answer(ident, "nothing to do")


for line in sys.stdin:
    message = json.loads(line)
    method = message.get("method")
    if method == "initialize":
        say({"jsonrpc": "2.0", "id": message["id"], "result": {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": {"name": "asking", "version": "1"}}})
    elif method == "tools/list":
        say({"jsonrpc": "2.0", "id": message["id"], "result": {"tools": [{"name": name, "inputSchema": {"type": "object"}} for name in ("transfer", "prepare", "work")]}})
    elif method == "tools/call":
        call(message["id"], message["params"]["name"], message["params"].get("arguments", {}))
    elif method == "notifications/cancelled":
        if asked is not None and asked[0] == message["params"]["requestId"]:
            end(False)
    elif method is None and message.get("id") == 0 and asked is not None:
        end(message.get("result", {}).get("action") == "accept")
    elif method is not None and "id" in message:
        say({"jsonrpc": "2.0", "id": message["id"], "error": {"code": -32601, "message": "Method not found"}})
