#!/usr/bin/env python3
"""Writes src/Gatehouse.Protocol/Validation/letters.txt: what characters outside ASCII a forgiving reader takes for ASCII ones, or for nothing.

From the Unicode Character Database that this Python carries. A line is `first:count:text`: `count` code points from `first` (hexadecimal) on fold to
`text`, whose last character grows by one with each; a line without text names characters that fold to nothing (marks, blanks, formats, what is
ignorable by default). A character is in the table when its compatibility decomposition without marks and case is printable ASCII.
"""
import pathlib
import sys
import unicodedata

# Default_Ignorable_Code_Point (DerivedCoreProperties.txt), as far as the category does not tell it.
IGNORABLE = [(0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F),
             (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF)]
# Some readers map it to i by upper- or lower-casing; the decomposition does not.
BESIDES = {0x0131: "i"}


def fold(code):
    if code in BESIDES:
        return BESIDES[code]
    if any(low <= code <= high for low, high in IGNORABLE):
        return ""
    character = chr(code)
    if unicodedata.category(character) in ("Cc", "Cf", "Mn", "Me", "Zs", "Zl", "Zp"):
        return ""
    text = character
    for _ in range(2):
        text = "".join(part for part in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.category(part).startswith("M"))
    text = text.replace(" ", "")
    return text if text and all(0x21 <= ord(part) <= 0x7E for part in text) and len(text) <= 8 else None


def main():
    rows = []
    for code in [*range(0x80, 0xD800), *range(0xE000, 0x20000), *range(0xE0000, 0xE1000)]:
        text = fold(code)
        if text is None:
            continue
        last = rows[-1] if rows else None
        if last and last[0] + last[1] == code and len(text) == len(last[2]) and (text == "" or text[:-1] == last[2][:-1] and ord(text[-1]) == ord(last[2][-1]) + last[1]):
            rows[-1] = (last[0], last[1] + 1, last[2])
        else:
            rows.append((code, 1, text))
    target = pathlib.Path(__file__).resolve().parent.parent / "src/Gatehouse.Protocol/Validation/letters.txt"
    target.write_text("".join(f"{first:x}:{count:x}:{text}\n" for first, count, text in rows), encoding="utf-8")
    print(f"Unicode {unicodedata.unidata_version}: {len(rows)} lines, {sum(row[1] for row in rows)} code points", file=sys.stderr)


main()
