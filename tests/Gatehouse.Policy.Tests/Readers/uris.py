"""Reads one JSON text a line, a URI, and answers with a JSON list of what urllib makes of it."""
import json
import posixpath
import sys
from urllib.parse import unquote, urldefrag, urlsplit


def readings(uri):
    try:
        parts = urlsplit(urldefrag(uri).url)
        usual = {"http": 80, "https": 443}.get(parts.scheme)
        host = (parts.hostname or "") + (f":{parts.port}" if parts.port not in (None, usual) else "")
    except ValueError:
        return []
    path = unquote(parts.path)
    return [urldefrag(uri).url, f"{parts.scheme}://{host}|{path}", f"{parts.scheme}://{host}|{posixpath.normpath(path) if path else ''}"]


for line in sys.stdin:
    sys.stdout.write(json.dumps(readings(json.loads(line))) + "\n")
    sys.stdout.flush()
