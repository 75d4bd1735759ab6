namespace Gatehouse.Upstreams;

/// <summary>
/// Finds our id of an answer in a line that is no valid message, or is longer than a message may be. It sees the line in parts and keeps none.
/// </summary>
/// <remarks>
/// <para>Output of other kinds, such as a line of a log with an id, has neither a result nor an error, and has no key here.</para>
/// <para>Threat: a server writes what one caller sent into its log, in the notation of its language. Text of the caller within it must not be taken
/// for the answer to another caller's request. The scan ends at the first byte that is no JSON; what it read before counts.</para>
/// <para>Two readers may read such a line differently, so that nothing of it is passed on.</para>
/// <para>Not safe for concurrent use.</para>
/// </remarks>
internal class AnswerIdScan
{
    private const int MostDepth = 64; // a bit for each level; a deeper line is not read to its end
    private const int LongestWord = 8; // longer than each word and name that is read: one of this length matches none

    private readonly byte[] word = new byte[LongestWord]; // of the literal that is read
    private readonly byte[] name = new byte[LongestWord]; // of the member of the message itself
    private int wordLength;
    private int nameLength;
    private ulong objects; // a bit for each open object
    private int depth;
    private Expected expected;
    private bool isInString;
    private bool isName;
    private bool isEscaped;
    private bool isInLiteral;
    private bool isAnswer;
    private bool isRequest;
    private bool isOver;
    private long? id;

    /// <summary>Our id of the answer; null where the line has none, or is no answer.</summary>
    public virtual long? Key => isAnswer && !isRequest ? id : null;

    private bool IsInMessage => depth == 1;

    private bool IsInObject => depth > 0 && (objects & (1UL << (depth - 1))) != 0;

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
        for (var at = 0; at < part.Length && !isOver; at++)
        {
            if (!isInString) TakeToken(part[at]);
            else if (isEscaped || isName) TakeOfString(part[at]);
            else at += SkipText(part[at..]);
        }
    }

    /// <summary>Begins with the next line.</summary>
    public void Reset()
    {
        (wordLength, nameLength, objects, depth, expected, id) = (0, 0, 0, 0, Expected.Value, null);
        isInString = isName = isEscaped = isInLiteral = isAnswer = isRequest = isOver = false;
    }

    // The bytes of a text that is not read, up to the next one with a meaning.
    private int SkipText(ReadOnlySpan<byte> rest)
    {
        var next = rest.IndexOfAny((byte)'"', (byte)'\\');
        if (next < 0) return rest.Length;
        TakeOfString(rest[next]);
        return next;
    }

    private void TakeOfString(byte one)
    {
        if (isEscaped) isEscaped = false;
        else if (one == '"') EndString();
        else if (one == '\\') (isEscaped, nameLength) = (true, LongestWord);
        else if (isName && nameLength < LongestWord) name[nameLength++] = one;
    }

    private void EndString()
    {
        isInString = false;
        expected = expected is Expected.Name or Expected.NameOrEnd ? Expected.Colon : Expected.CommaOrEnd;
        isName = false;
    }

    private void TakeToken(byte one)
    {
        if (isInLiteral && IsOfLiteral(one))
        {
            if (wordLength < LongestWord) word[wordLength++] = one;
            if (IsInMessage && IsName("id"u8)) TakeOfId(one);
            return;
        }

        if (isInLiteral && !TryEndLiteral()) isOver = true;
        else if (one is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') && !TryTake(one)) isOver = true;
    }

    private bool TryTake(byte one) => one switch
    {
        (byte)'"' => TryBeginString(),
        (byte)'{' or (byte)'[' => TryOpen(one == '{'),
        (byte)'}' or (byte)']' => TryClose(one == '}'),
        (byte)':' => TryBeginValue(),
        (byte)',' => TryContinue(),
        _ => TryBeginLiteral(one),
    };

    private bool TryBeginString()
    {
        if (expected is Expected.Colon or Expected.CommaOrEnd || depth == 0) return false;
        isInString = true;
        isName = IsInMessage && expected is Expected.Name or Expected.NameOrEnd;
        if (isName) nameLength = 0;
        return true;
    }

    private bool TryOpen(bool isObject)
    {
        if (expected is not (Expected.Value or Expected.ValueOrEnd) || depth == MostDepth || (depth == 0 && !isObject)) return false;
        var bit = 1UL << depth++;
        objects = isObject ? objects | bit : objects & ~bit;
        expected = isObject ? Expected.NameOrEnd : Expected.ValueOrEnd;
        return true;
    }

    private bool TryClose(bool isObject)
    {
        if (depth == 0 || IsInObject != isObject) return false;
        if (expected != Expected.CommaOrEnd && expected != (isObject ? Expected.NameOrEnd : Expected.ValueOrEnd)) return false;
        depth--;
        expected = Expected.CommaOrEnd;
        return depth > 0; // behind the message nothing is read
    }

    private bool TryBeginValue()
    {
        if (expected != Expected.Colon) return false;
        expected = Expected.Value;
        if (!IsInMessage) return true;
        if (IsName("id"u8)) id = null;
        isRequest |= IsName("method"u8);
        isAnswer |= IsName("result"u8) || IsName("error"u8);
        return true;
    }

    private bool TryContinue()
    {
        if (expected != Expected.CommaOrEnd) return false;
        expected = IsInObject ? Expected.Name : Expected.Value;
        return true;
    }

    private bool TryBeginLiteral(byte one)
    {
        if (expected is not (Expected.Value or Expected.ValueOrEnd) || depth == 0 || !IsOfLiteral(one)) return false;
        (isInLiteral, word[0], wordLength, expected) = (true, one, 1, Expected.CommaOrEnd);
        if (IsInMessage && IsName("id"u8)) TakeOfId(one);
        return true;
    }

    private static bool IsOfLiteral(byte one) => char.IsAsciiLetterOrDigit((char)one) || one is (byte)'+' or (byte)'-' or (byte)'.';

    // A number is read as far as it can be one of ours. Of the words there are three.
    private bool TryEndLiteral()
    {
        isInLiteral = false;
        var text = word.AsSpan(0, wordLength);
        return char.IsAsciiDigit((char)text[0]) || text[0] == '-' || text.SequenceEqual("true"u8) || text.SequenceEqual("false"u8)
            || text.SequenceEqual("null"u8);
    }

    // All of our ids are whole numbers from 1.
    private void TakeOfId(byte one)
    {
        if (wordLength == 1) id = 0;
        id = id is { } number && char.IsAsciiDigit((char)one) && number <= (long.MaxValue - 9) / 10 ? (number * 10) + (one - '0') : null;
    }

    private bool IsName(ReadOnlySpan<byte> utf8) => name.AsSpan(0, nameLength).SequenceEqual(utf8);

    /// <summary>The tokens that may follow.</summary>
    private enum Expected
    {
        /// <summary>A value.</summary>
        Value,

        /// <summary>A value, or the end of the array.</summary>
        ValueOrEnd,

        /// <summary>The name of a member.</summary>
        Name,

        /// <summary>The name of a member, or the end of the object.</summary>
        NameOrEnd,

        /// <summary>The colon behind a name.</summary>
        Colon,

        /// <summary>A comma, or the end of the object or array.</summary>
        CommaOrEnd,
    }
}
