"""Reads one JSON message a line and answers with one line: its number and what Python's json understood.

The form of the answer is described in Understanding.cs.
"""

import json
import struct
import sys


def hexed(text):
    return text.encode("utf-8").hex()


def canonical(value):
    if value is None:
        return "z"
    if value is True:
        return "t"
    if value is False:
        return "f"
    if isinstance(value, float):
        return "n" + struct.pack(">d", value).hex()
    if isinstance(value, str):
        return "s" + hexed(value)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return "{" + ",".join(sorted(hexed(k) + ":" + canonical(v) for k, v in value.items())) + "}"


def member(value, name):
    return canonical(value[name]) if isinstance(value, dict) and name in value else "-"


def understood(line):
    message = json.loads(line.decode("utf-8"), parse_int=float)
    params = message.get("params")
    return "|".join([member(message, "method"), member(message, "id"), member(params, "name"), member(params, "arguments")])


for number, line in enumerate(sys.stdin.buffer):
    try:
        answer = understood(line)
    except Exception as fault:
        answer = "refused " + type(fault).__name__
    print(number, answer, flush=True)
