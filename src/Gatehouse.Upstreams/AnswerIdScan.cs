namespace Gatehouse.Upstreams;

/// <summary>
/// Finds our id of an answer in a line that is no valid message, or is longer than a message may be. It sees the line in parts and keeps none.
/// </summary>
/// <remarks>
/// <para>Output of other kinds, such as a line of a log with an id, has neither a result nor an error, and has no key here.</para>
/// <para>Two readers may read such a line differently, so that nothing of it is passed on.</para>
/// <para>Not safe for concurrent use.</para>
/// </remarks>
internal sealed class AnswerIdScan
{
    private const int LongestName = 8; // longer than each name that is read: a name of this length matches none

    private readonly byte[] name = new byte[LongestName];
    private int nameLength;
    private int depth;
    private bool isInString;
    private bool isEscaped;
    private bool isValue; // of a member of the message itself
    private bool isAnswer;
    private bool isNoAnswer; // no object, or a request
    private Number id;

    /// <summary>Our id of the answer; null where the line has none, or is no answer.</summary>
    public long? Key => isAnswer && !isNoAnswer && id is { HasDigits: true, IsInvalid: false } ? id.Value : null;

    /// <summary>Returns our id of the answer in a whole line; null where it has none, or is no answer.</summary>
    public static long? KeyOf(ReadOnlySpan<byte> line)
    {
        var scan = new AnswerIdScan();
        scan.Add(line);
        return scan.Key;
    }

    /// <summary>Reads the next part of the line.</summary>
    public void Add(ReadOnlySpan<byte> part)
    {
        for (var at = 0; at < part.Length && !isNoAnswer; at++)
        {
            if (!isInString) TakeToken(part[at]);
            else if (isEscaped || nameLength < LongestName) TakeOfString(part[at]);
            else at += SkipString(part[at..]);
        }
    }

    /// <summary>Begins with the next line.</summary>
    public void Reset()
    {
        (nameLength, depth, id) = (0, 0, default);
        isInString = isEscaped = isValue = isAnswer = isNoAnswer = false;
    }

    // The bytes of a text that is not read, up to the next one with a meaning.
    private int SkipString(ReadOnlySpan<byte> rest)
    {
        var next = rest.IndexOfAny((byte)'"', (byte)'\\');
        if (next < 0) return rest.Length;
        TakeOfString(rest[next]);
        return next;
    }

    private void TakeOfString(byte one)
    {
        if (isEscaped) isEscaped = false;
        else if (one == '"') isInString = false;
        else if (one == '\\') (isEscaped, nameLength) = (true, LongestName);
        else if (nameLength < LongestName) name[nameLength++] = one;
    }

    private void TakeToken(byte one)
    {
        switch (one)
        {
            case (byte)'"':
                isInString = true;
                nameLength = depth == 1 && !isValue ? 0 : LongestName;
                break;
            case (byte)'{' or (byte)'[':
                isNoAnswer |= depth == 0 && one == '[';
                depth++;
                break;
            case (byte)'}' or (byte)']':
                depth--;
                if (depth <= 0) isValue = false;
                break;
            case (byte)':' when depth == 1 && !isValue:
                BeginValue(name.AsSpan(0, nameLength));
                break;
            case (byte)',' when depth == 1:
                isValue = false;
                break;
            case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                id.End();
                break;
            default:
                if (depth == 0 && !isAnswer) isNoAnswer = true; // a line that does not begin as an object
                else if (IsOfId) id.Take(one);
                break;
        }
    }

    private bool IsOfId => depth == 1 && isValue && name.AsSpan(0, nameLength).SequenceEqual("id"u8);

    private void BeginValue(ReadOnlySpan<byte> member)
    {
        isValue = true;
        if (member.SequenceEqual("id"u8)) id = default;
        else if (member.SequenceEqual("method"u8)) isNoAnswer = true;
        else isAnswer |= member.SequenceEqual("result"u8) || member.SequenceEqual("error"u8);
    }

    // All of our ids are whole numbers from 1.
    private struct Number
    {
        public long Value;
        public bool HasDigits;
        public bool IsInvalid;
        private bool isOver;

        public void End() => isOver = HasDigits;

        public void Take(byte one)
        {
            IsInvalid |= isOver;
            HasDigits = true;
            IsInvalid |= !char.IsAsciiDigit((char)one) || Value > (long.MaxValue - 9) / 10;
            if (!IsInvalid) Value = (Value * 10) + (one - '0');
        }
    }
}
