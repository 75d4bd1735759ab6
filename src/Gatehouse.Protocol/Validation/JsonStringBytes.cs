using System.Runtime.CompilerServices;
using System.Text;

namespace Gatehouse.Protocol.Validation;

/// <summary>Yields the decoded UTF-8 bytes of a validated JSON string one at a time, so that comparing needs no buffer.</summary>
internal ref struct JsonStringBytes(ReadOnlySpan<byte> content)
{
    private readonly ReadOnlySpan<byte> _content = content;
    private Pending _pending;
    private int _pendingAt;
    private int _pendingCount;
    private int _at;

    /// <summary>The next byte, or -1 at the end.</summary>
    public int Next()
    {
        if (_pendingAt < _pendingCount)
            return _pending[_pendingAt++];
        if (_at == _content.Length)
            return -1;
        byte b = _content[_at];
        if (b == '\\')
            return Escape();
        _at++;
        return b;
    }

    private int Escape()
    {
        byte kind = _content[_at + 1];
        if (kind == 'u')
            return UnicodeEscape();
        _at += 2;
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
        char unit = JsonEscapes.Unit(_content[_at..]);
        _at += 6;
        Rune rune;
        if (char.IsHighSurrogate(unit))
        {
            rune = new Rune(unit, JsonEscapes.Unit(_content[_at..]));
            _at += 6;
        }
        else
        {
            rune = new Rune(unit);
        }

        _pendingCount = rune.EncodeToUtf8(_pending);
        _pendingAt = 1;
        return _pending[0];
    }

    [InlineArray(4)]
    private struct Pending
    {
        private byte _first;
    }
}
