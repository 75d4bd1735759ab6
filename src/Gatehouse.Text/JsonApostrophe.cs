using System.Text;

namespace Gatehouse.Text;

/// <summary>Apostrophes in JSON that people read: <c>it's</c> instead of <c>it\u0027s</c>.</summary>
/// <remarks>
/// The default encoder escapes the apostrophe only for JSON inside HTML, and no setting of it allows the character. The relaxed encoder would allow
/// it, but also passes characters that change the reading direction on to the terminal. This class therefore changes the one escape in the output of
/// the default encoder. Use it for JSON that is a file, the body of an application/json message or the output of a command, and never inside HTML.
/// </remarks>
public static class JsonApostrophe
{
    private const string Escaped = "\\u0027";

    /// <summary>Returns the JSON with each escaped apostrophe written as itself.</summary>
    /// <param name="json">JSON as the default encoder writes it.</param>
    public static string Restore(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (!json.Contains(Escaped, StringComparison.Ordinal)) return json;
        var text = new StringBuilder(json.Length);
        for (var at = 0; at < json.Length;)
        {
            // A backslash begins an escape of two characters at least, so the second of two backslashes begins none.
            var isApostrophe = json.AsSpan(at).StartsWith(Escaped, StringComparison.Ordinal);
            var length = isApostrophe ? Escaped.Length : json[at] == '\\' && at + 1 < json.Length ? 2 : 1;
            if (isApostrophe) text.Append('\'');
            else text.Append(json, at, length);
            at += length;
        }

        return text.ToString();
    }
}
