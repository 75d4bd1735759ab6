namespace Gatehouse.Protocol;

/// <summary>The <c>traceparent</c> field of W3C Trace Context, level 1, section 3.2.</summary>
public static class TraceParent
{
    private const int VersionZeroLength = 55;

    /// <summary>The longest value looked at: later versions may append fields.</summary>
    private const int MaxLength = 256;

    /// <summary>Returns whether a value is well-formed.</summary>
    /// <remarks>
    /// Version 00 has exactly 55 characters. A later one begins with the same fields and may continue after a dash. Version ff and all-zero ids are
    /// invalid, and hex digits are lower case.
    /// </remarks>
    public static bool IsValid(ReadOnlySpan<char> value)
    {
        if (value.Length is < VersionZeroLength or > MaxLength)
            return false;
        var dashes = value[2] == '-' && value[35] == '-' && value[52] == '-';
        var fields = dashes && IsHex(value[..2]) && IsId(value.Slice(3, 32)) && IsId(value.Slice(36, 16)) && IsHex(value.Slice(53, 2));
        if (!fields || value.StartsWith("ff"))
            return false;
        if (value.Length == VersionZeroLength)
            return true;
        return !value.StartsWith("00") && value[VersionZeroLength] == '-' && !value.ContainsAnyExceptInRange('!', '~');
    }

    /// <summary>Returns whether the message has a well-formed traceparent in its metadata. One that is not must be dropped.</summary>
    public static bool IsValid(ValidatedMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message.Range(EnvelopeMember.MetaTraceparent).Length <= MaxLength + 2 && IsValid(message.Text(EnvelopeMember.MetaTraceparent));
    }

    private static bool IsId(ReadOnlySpan<char> text) => IsHex(text) && text.ContainsAnyExcept('0');

    private static bool IsHex(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigitLower(c))
                return false;
        }

        return true;
    }
}
