using System.Text;

namespace Gatehouse.Configuration.Reading;

/// <summary>
/// The text of the values from outside the files: one a line, <c>name=value</c>. A line break in a value is written <c>\n</c> or <c>\r</c> and a
/// backslash <c>\\</c>, so that a line has one value and no value makes a line.
/// </summary>
internal static class OutsideText
{
    /// <summary>Adds the line of a value.</summary>
    public static void Add(StringBuilder text, string? name, string value) =>
        text.Append(name).Append('=').Append(Escaped(value)).Append('\n');

    /// <summary>Returns the values, and the flags without one, as they were given.</summary>
    public static IReadOnlyList<string> Values(string text) =>
        [.. text.Split('\n').Select(static line => Plain(line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..]))];

    private static string Escaped(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal);

    private static string Plain(string value)
    {
        var plain = new StringBuilder(value.Length);
        for (var at = 0; at < value.Length; at++)
        {
            var isEscape = value[at] == '\\' && at + 1 < value.Length;
            plain.Append(!isEscape ? value[at] : value[++at] switch { 'n' => '\n', 'r' => '\r', var other => other });
        }

        return plain.ToString();
    }
}
