using System.Globalization;
using System.Text;
using Gatehouse.Detection.Text;
using Gatehouse.Text;

namespace Gatehouse.Detection.Messages;

/// <summary>Reads the beginning or the end of a JSON string in its folded form, in one line. Reused; not safe for concurrent use.</summary>
/// <remarks>
/// Threat: a server puts so many spaces, signs or characters without appearance around or between the words of a sentence that a part of it is not
/// read (MCP06). So signs in front and behind are left out, however many there are, and the string is read on until there are letters enough. An
/// end is read from the beginning of the string: any other place could be within a character or an escape. The work is linear in the string.
/// </remarks>
internal sealed class EdgeScan
{
    // The number of characters that one step reads for a beginning, which needs few.
    private const int SmallSlice = 512;

    private readonly TokenText token = new();
    private readonly ReadingFlow flow = new();
    private string? lastBeginning;
    private string? lastEnd;

    /// <summary>Returns the beginning of a string, from its first letter or digit on; null where it has none.</summary>
    /// <param name="message">The message.</param>
    /// <param name="at">The first byte within the quotation marks.</param>
    /// <param name="end">The place of the closing quotation mark.</param>
    public TextBeginning? Beginning(ReadOnlySpan<byte> message, int at, int end)
    {
        flow.Clear();
        var (start, isWithin) = (-1, false);
        for (var isFirst = true; at < end && (start < 0 || flow.Count - start < TextEdges.Longest); isFirst = false)
        {
            at = token.Read(message, at, end, isFirst, SmallSlice);
            flow.Fold(token.Letters, token.Starts, token.Ends);
            if (start >= 0) continue;
            start = FirstOfWord(flow.Letters);
            if (start < 0) flow.Clear();
            else isWithin = IsWithin(token.Letters);
        }

        if (start < 0) return null;
        var length = Math.Min(flow.Count - start, TextEdges.Longest);
        return new TextBeginning(InOneLine(flow.Letters.Slice(start, length), ref lastBeginning), flow.Span(start, length), isWithin);
    }

    /// <summary>Returns the end of a string up to its last letter; null where the string does not end within a sentence.</summary>
    /// <inheritdoc cref="Beginning"/>
    public string? End(ReadOnlySpan<byte> message, int at, int end)
    {
        flow.Clear();
        for (var isFirst = true; at < end; isFirst = false)
        {
            at = token.Read(message, at, end, isFirst);
            Append();
        }

        var length = LengthToSign(flow.Letters);
        return EndsWithLetter(flow.Letters[..length]) ? InOneLine(flow.Letters[Math.Max(0, length - TextEdges.Longest)..length], ref lastEnd) : null;
    }

    /// <summary>Returns whether a character may be written between two parts of a sentence; every other sign ends it.</summary>
    public static bool IsAround(Rune rune) => !AppearanceTable.IsSeen(rune.Value) || Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        UnicodeCategory.DashPunctuation or UnicodeCategory.ConnectorPunctuation => true,
        UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation => true,
        UnicodeCategory.OtherSymbol or UnicodeCategory.ModifierSymbol => true, // emoji, accents
        _ => rune.Value is '*' or ',' or ':' or '"' or '\'' or '•' or '‣' or '·' or '…' or '„' or '‚',
    };

    private void Append()
    {
        var letters = token.Letters;
        for (var i = 0; i < letters.Length;)
        {
            if (flow.Room <= Folding.Longest)
            {
                flow.Shorten(LengthToSign(flow.Letters) + 1);
                flow.CarryOver();
            }

            i += flow.Fold(letters[i..], token.Starts[i..], token.Ends[i..]);
        }
    }

    // The length without what may be written between two parts of a sentence, such as several dots.
    private static int LengthToSign(ReadOnlySpan<char> letters)
    {
        while (true)
        {
            while (letters.Length > 0)
            {
                Rune.DecodeLastFromUtf16(letters, out var last, out var used);
                if (!IsAround(last)) break;
                letters = letters[..^used];
            }

            var withoutDots = letters.TrimEnd('.');
            if (letters.Length - withoutDots.Length < 2) return letters.Length;
            letters = withoutDots;
        }
    }

    private static bool EndsWithLetter(ReadOnlySpan<char> letters) => letters.Length > 0
        && Rune.DecodeLastFromUtf16(letters, out var last, out _) == System.Buffers.OperationStatus.Done && (Rune.IsLetter(last)
            || Rune.GetUnicodeCategory(last) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark);

    private static int FirstOfWord(ReadOnlySpan<char> letters)
    {
        var at = 0;
        foreach (var rune in letters.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune)) return at;
            at += rune.Utf16SequenceLength;
        }

        return -1;
    }

    // A sentence begins with a capital letter where its script has them.
    private static bool IsWithin(ReadOnlySpan<char> unfolded)
    {
        foreach (var rune in unfolded.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune)) return Rune.IsLetter(rune) && !Rune.IsUpper(rune);
        }

        return false;
    }

    // Threat: a line break within a sentence, at which a reading of one text ends the sentence, hides what two texts say together.
    // The texts of a server often come again: one that is the same as the last is the same string. One with a line break is made each time.
    private static string InOneLine(ReadOnlySpan<char> letters, ref string? last) =>
        last is not null && letters.SequenceEqual(last) ? last : last = new string(letters).Replace('\n', ' ');
}
