namespace Gatehouse.Gateway.Hosting;

/// <summary>Removes the whitespace between the parts of a JSON text (RFC 8259 §2), and nothing else: strings stay as they are.</summary>
internal static class JsonWhitespace
{
    /// <param name="json">A text that was validated as JSON.</param>
    public static byte[] Without(ReadOnlySpan<byte> json)
    {
        var kept = new byte[json.Length];
        var length = 0;
        var isInString = false;
        for (var at = 0; at < json.Length; at++)
        {
            var one = json[at];
            if (!isInString && one is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') continue;
            kept[length++] = one;
            if (one == '"') isInString = !isInString;
            else if (isInString && one == '\\') kept[length++] = json[++at]; // what is escaped ends no string
        }

        return kept[..length];
    }
}
