using System.Buffers.Text;
using System.Text;

namespace Gatehouse.Detection.Text;

/// <summary>Runs of base64, base64url or hexadecimal digits within a text; those that hold text are read.</summary>
internal static class EncodedRuns
{
    // Shorter runs are words and identifiers. A shorter text is no instruction.
    private const int Shortest = 16;
    private const int LongestPrefix = 64;

    /// <summary>Most places in a run at which an encoding is looked for.</summary>
    internal const int MostStarts = 8;


    /// <summary>Returns the content of the runs of base64, a line each, or null where none holds text.</summary>
    public static TextView? Base64(TextView parent, int most) =>
        Decode(parent, most, ViewKind.Base64, static letter => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '/' or '-' or '_', FromBase64);

    /// <summary>Returns the content of the runs of hexadecimal digits, a line each, or null where none holds text.</summary>
    public static TextView? Hexadecimal(TextView parent, int most) =>
        Decode(parent, most, ViewKind.Hexadecimal, char.IsAsciiHexDigit, FromHexadecimal);

    private static TextView? Decode(TextView parent, int most, ViewKind kind, Func<char, bool> isPart, Func<string, byte[]?> decode)
    {
        var text = parent.Text;
        var builder = new ViewBuilder(kind, parent, most);
        Span<int> starts = stackalloc int[MostStarts];
        for (var at = 0; at < text.Length;)
        {
            var end = at;
            while (end < text.Length && isPart(text[end]))
                end++;
            foreach (var start in starts[..Starts(text.AsSpan(at, end - at), starts)])
            {
                if (end - at - start < Shortest || decode(text[(at + start)..end]) is not { } bytes || Readable(bytes) is not { } read) continue;
                Append(builder, read, at + start, end - at - start, bytes.Length); // what pads the end adds nothing
                break;
            }

            at = end + 1;
        }

        return builder.Length > 0 ? builder.Finish() : null;
    }

    /// <summary>
    /// Writes where an encoding may begin in a run, and returns the number of places: its first characters, for letters before it that change how the
    /// rest is grouped, and after a sign that also separates words ("attachment/", "note-").
    /// </summary>
    internal static int Starts(ReadOnlySpan<char> run, Span<int> starts)
    {
        if (run.Length < Shortest) return 0;
        var count = 0;
        while (count < 4) starts[count] = count++;
        var first = run[..Math.Min(run.Length, LongestPrefix)];
        for (var at = 0; at < first.Length && count < MostStarts; at++)
        {
            if (first[at] is '/' or '-' or '_' or '+') starts[count++] = at + 1;
        }

        return count;
    }

    // Each character comes from its share of the run; both ends round outwards, so that the place is never too narrow.
    private static void Append(ViewBuilder builder, string read, int start, int length, int bytes)
    {
        if (builder.Length > 0)
            builder.Replace('\n', start, 1);
        var at = 0;
        foreach (var rune in read.EnumerateRunes())
        {
            var from = (int)((long)at * length / bytes);
            at += rune.Utf8SequenceLength;
            var to = (int)Math.Min(length, (((long)at * length) + bytes - 1) / bytes);
            builder.Replace(rune, start + from, Math.Max(1, to - from));
        }
    }

    private static byte[]? FromBase64(string run)
    {
        var digits = run.Replace('-', '+').Replace('_', '/');
        if (digits.Length % 4 == 1)
            digits = digits[..^1];
        var bytes = new byte[digits.Length];
        return Convert.TryFromBase64String(digits + new string('=', (4 - (digits.Length % 4)) % 4), bytes, out var written) ? bytes[..written] : null;
    }

    private static byte[]? FromHexadecimal(string run) => Convert.FromHexString(run.AsSpan(0, run.Length & ~1));

    // Text has letters with spaces between; names of things in base64's alphabet decode to junk.
    private static string? Readable(byte[] bytes)
    {
        // What a stray digit or a cut at the end makes of the last character is no reason to leave the rest unread.
        var valid = bytes.AsSpan();
        if (valid is [.., < (byte)' '])
            valid = valid[..^1];
        for (var cut = 0; cut < 4 && !System.Text.Unicode.Utf8.IsValid(valid); cut++)
            valid = valid[..^Math.Min(1, valid.Length)];
        if (valid.Length < 8 || !System.Text.Unicode.Utf8.IsValid(valid))
            return null;
        var text = Encoding.UTF8.GetString(valid);
        int letters = 0, spaces = 0, wide = 0;
        foreach (var letter in text)
        {
            if (char.IsControl(letter) && letter is not ('\n' or '\r' or '\t'))
                return null;
            letters += char.IsLetter(letter) ? 1 : 0;
            wide += letter >= 0x2E80 ? 1 : 0;
            spaces += char.IsWhiteSpace(letter) ? 1 : 0;
        }

        return letters * 5 >= text.Length * 3 && (spaces >= 1 || wide >= 4 || IsEncodedAgain(text)) ? text : null;
    }

    private static bool IsEncodedAgain(string text) =>
        text.Length >= Shortest && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '/' or '-' or '_' or '=');
}
