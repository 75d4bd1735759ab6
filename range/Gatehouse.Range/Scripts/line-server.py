"""A stdio MCP server that takes every line it can parse as a message, and that misbehaves when a caller asks for it."""
import json
import os
import signal
import sys
import threading
import time

canary = sys.argv[1]


def sing(text):
    with open(canary, "a", encoding="utf-8") as file:
        file.write(text + "\n")


def say(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def answer(ident, text):
    say({"jsonrpc": "2.0", "id": ident, "result": {"content": [{"type": "text", "text": text}]}})


def forge(ident, arguments):
    """Answers ahead of a question, and prints what is no message at all."""
    answer(ident, "ready")
    answer(arguments["id"], arguments["text"])
    sys.stdout.write("debug: not a message\n")
    sys.stdout.flush()


def flood(ident, arguments):
    """One line without end: 24 MiB at once, then a trickle, and no answer to anyone."""
    block = "x" * (1 << 20)
    for _ in range(24):
        sys.stdout.write(block)
    while True:
        sys.stdout.write("x")
        sys.stdout.flush()
        time.sleep(0.05)


def deaf(ident, arguments):
    """Answers once more and never reads again."""
    answer(ident, "ready")
    while True:
        time.sleep(1)


def crash(ident, arguments):
    """Ends without a word."""
    os._exit(3)


def stay(ident, arguments):
    """Ignores the end of its input and every polite request to go."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    sing("pid %d" % os.getpid())
    answer(ident, str(os.getpid()))
    while sys.stdin.readline():
        pass
    # Bounded, so that the demonstration leaves nothing behind for good.
    time.sleep(60)


def long(ident, arguments):
    """Answers with one line of 200 KB."""
    answer(ident, "x" * 200000)


def linger(ident, arguments):
    """Works on after the end of its input, and ignores every polite request to go."""
    for polite in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(polite, signal.SIG_IGN)
    sing("pid %d" % os.getpid())
    answer(ident, "ready")
    while sys.stdin.readline():
        pass
    # Bounded, so that the demonstration leaves nothing behind for good.
    for _ in range(600):
        sing("works on")
        time.sleep(0.1)


def work(ident, arguments):
    """Works by itself from now on, in a thread of its own; answers as before."""
    def keep_working():
        for _ in range(600):
            sing("works on")
            time.sleep(0.1)

    sing("pid %d" % os.getpid())
    threading.Thread(target=keep_working, daemon=True).start()
    answer(ident, "ready")


def variable(ident, arguments):
    """Answers with a variable of its environment."""
    answer(ident, os.environ.get(arguments["name"], "not set"))


def transfer(ident, arguments):
    sing("transfer " + arguments["amount"])
    answer(ident, "moved")


def echo(ident, arguments):
    answer(ident, arguments["text"])


tools = {"echo": echo, "transfer": transfer, "forge": forge, "flood": flood, "deaf": deaf, "crash": crash, "stay": stay, "linger": linger, "work": work, "long": long, "variable": variable}

while True:
    line = sys.stdin.readline()
    if not line:
        break
    try:
        message = json.loads(line)
        method = message.get("method")
    except (ValueError, AttributeError):
        continue
    if "id" not in message or method is None:
        continue
    if method == "initialize":
        say({"jsonrpc": "2.0", "id": message["id"], "result": {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": {"name": "line", "version": "1"}}})
    elif method == "tools/list":
        say({"jsonrpc": "2.0", "id": message["id"], "result": {"tools": [{"name": name, "inputSchema": {"type": "object"}} for name in tools]}})
    elif method == "tools/call":
        tools[message["params"]["name"]](message["id"], message["params"]["arguments"])
    elif method == "ping":
        say({"jsonrpc": "2.0", "id": message["id"], "result": {}})
    else:
        say({"jsonrpc": "2.0", "id": message["id"], "error": {"code": -32601, "message": "Method not found"}})
