using System.Text;

namespace Gatehouse.Pipeline.Schemas;

/// <summary>
/// Text of a server's definition in the form for the log: printable ASCII of bounded length (design rule 9). This is a format of events, so it must
/// not change.
/// </summary>
internal static class PrintableText
{
    private const int Longest = 160;

    public static string Of(string text)
    {
        var length = Math.Min(text.Length, Longest);
        var printable = new StringBuilder(length);
        foreach (var c in text.AsSpan(0, length)) printable.Append(c is >= ' ' and <= '~' ? c : '?');
        return printable.ToString();
    }
}
