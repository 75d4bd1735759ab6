using System.Runtime.CompilerServices;
using System.Text;

namespace Gatehouse.Protocol.Json;

/// <summary>An enumerator of the decoded UTF-8 bytes of a validated JSON string, one at a time, so that comparing needs no buffer.</summary>
internal ref struct JsonStringBytes(ReadOnlySpan<byte> content)
{
    private readonly ReadOnlySpan<byte> content = content;
    private Pending pending;
    private int pendingAt;
    private int pendingCount;
    private int at;

    /// <summary>Returns the next byte, or -1 at the end.</summary>
    public int Next()
    {
        if (pendingAt < pendingCount)
            return pending[pendingAt++];
        if (at == this.content.Length)
            return -1;
        var b = this.content[at];
        if (b == '\\')
            return Escape();
        at++;
        return b;
    }

    private int Escape()
    {
        var kind = this.content[at + 1];
        if (kind == 'u')
            return UnicodeEscape();
        at += 2;
        return kind switch
        {
            (byte)'b' => '\b',
            (byte)'f' => '\f',
            (byte)'n' => '\n',
            (byte)'r' => '\r',
            (byte)'t' => '\t',
            _ => kind,
        };
    }

    private int UnicodeEscape()
    {
        var unit = JsonEscapes.Unit(this.content[at..]);
        at += 6;
        Rune rune;
        if (char.IsHighSurrogate(unit))
        {
            rune = new Rune(unit, JsonEscapes.Unit(this.content[at..]));
            at += 6;
        }
        else
        {
            rune = new Rune(unit);
        }

        pendingCount = rune.EncodeToUtf8(pending);
        pendingAt = 1;
        return pending[0];
    }

    [InlineArray(4)]
    private struct Pending
    {
        private byte first;
    }
}
