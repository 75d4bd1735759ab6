#!/usr/bin/env python3
"""Writes src/Gatehouse.Detection/Text/folding.txt: what characters fold to for reading (compatibility form, marks and case removed).

From the Unicode Character Database that this Python carries. A line is `first:count:text`: `count` code points from `first` (hexadecimal) on
fold to `text`, whose last character grows by one with each. Hangul and CJK compatibility ideographs are left as they are.
"""
import pathlib
import sys
import unicodedata

SKIPPED = [(0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F), (0x2F00, 0x2FDF), (0x1100, 0x11FF), (0xFDFA, 0xFDFB)]


def fold(character):
    text = "".join(part for part in unicodedata.normalize("NFKD", character) if not unicodedata.category(part).startswith("M"))
    text = "".join(part for part in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.category(part).startswith("M"))
    return text


def main():
    rows = []
    for code in range(0x80, 0x20000):
        if 0xD800 <= code <= 0xDFFF or any(low <= code <= high for low, high in SKIPPED):
            continue
        character = chr(code)
        if unicodedata.category(character) in ("Cn", "Mn", "Mc", "Me", "Co", "Cf", "Cc"):
            continue
        text = fold(character)
        if text == character or not text or len(text) > 12:
            continue
        last = rows[-1] if rows else None
        if last and last[0] + last[1] == code and len(text) == len(last[2]) and text[:-1] == last[2][:-1] and ord(text[-1]) == ord(last[2][-1]) + last[1]:
            rows[-1] = (last[0], last[1] + 1, last[2])
        else:
            rows.append((code, 1, text))
    target = pathlib.Path(__file__).resolve().parent.parent / "src/Gatehouse.Detection/Text/folding.txt"
    target.write_text("".join(f"{first:x}:{count}:{text}\n" for first, count, text in rows), encoding="utf-8")
    print(f"Unicode {unicodedata.unidata_version}: {len(rows)} lines, {sum(row[1] for row in rows)} code points", file=sys.stderr)


main()
