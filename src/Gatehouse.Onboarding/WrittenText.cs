using System.Globalization;
using System.Text;

namespace Gatehouse.Onboarding;

/// <summary>Texts as the formats write them: double quotes with the escapes that JSON, TOML and YAML have in common.</summary>
internal static class WrittenText
{
    /// <summary>Returns the text in quotes.</summary>
    public static string Quoted(string text)
    {
        var written = new StringBuilder(text.Length + 2).Append('"');
        foreach (var letter in text)
        {
            if (letter is '"' or '\\') written.Append('\\').Append(letter);
            else if (char.IsControl(letter) || letter is '\u2028' or '\u2029') written.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
            else written.Append(letter);
        }

        return written.Append('"').ToString();
    }

    /// <summary>Returns the line break of a file: that of its first line.</summary>
    public static string LineBreak(ReadOnlySpan<byte> file)
    {
        var first = file.IndexOf((byte)'\n');
        return first > 0 && file[first - 1] == '\r' ? "\r\n" : "\n";
    }

    /// <summary>Returns spaces, tabs and line breaks directly before a place.</summary>
    public static string SpaceBefore(ReadOnlySpan<byte> file, int at)
    {
        var start = at;
        while (start > 0 && file[start - 1] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') start--;
        return Encoding.ASCII.GetString(file[start..at]);
    }

    /// <summary>Returns the last line break of a space and the text after it, or null when it has none.</summary>
    public static string? LastLine(string space)
    {
        var at = space.LastIndexOf('\n');
        if (at < 0) return null;
        return space[(at > 0 && space[at - 1] == '\r' ? at - 1 : at)..];
    }
}
