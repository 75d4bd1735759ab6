using System.Text;

namespace Gatehouse.Pipeline.Schemas;

/// <summary>
/// Text of a server's definition as the log may have it: printable ASCII of bounded length (design rule 9). This is a form of events, so it stays as
/// it is.
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
