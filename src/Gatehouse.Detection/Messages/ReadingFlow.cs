using System.Buffers;
using System.Text;
using Gatehouse.Detection.Text;

namespace Gatehouse.Detection.Messages;

/// <summary>
/// A folded text with the place of each character, in a block of a fixed size: what rules and models read. A text of any length passes through it,
/// block after block, each with the end of the one before.
/// </summary>
/// <remarks>Reused; not safe for concurrent use. Nothing is allocated for a text, whatever its length.</remarks>
internal sealed class ReadingFlow
{
    /// <summary>Characters of a block.</summary>
    public const int Capacity = 16_384;

    /// <summary>
    /// Most characters of a block that are judged again with the next one: a passage that a cut would divide is whole in one of them.
    /// </summary>
    public const int Kept = 1_400;

    private const char Dropped = '\0';

    // Shorter runs are folded character by character.
    private const int ShortestRun = 16;

    // Characters of which folding changes the case at most.
    private static readonly SearchValues<char> Plain =
        SearchValues.Create([.. Enumerable.Range(' ', 0x7F - ' ').Select(code => (char)code).Where(letter => letter is not ('*' or '`'))]);

    private static readonly char[] Folded = [.. Enumerable.Range(0, 128).Select(code => FoldedOf((char)code))];

    private readonly char[] letters = new char[Capacity];
    private readonly int[] starts = new int[Capacity];
    private readonly int[] ends = new int[Capacity];

    /// <summary>Number of characters.</summary>
    public int Count { get; private set; }

    /// <summary>Number of characters that an earlier block had too.</summary>
    public int Seen { get; private set; }

    /// <summary>The text.</summary>
    public ReadOnlySpan<char> Letters => letters.AsSpan(0, Count);

    /// <summary>Free characters of this block.</summary>
    public int Room => Capacity - Count;

    /// <summary>The last character; a line break at the beginning.</summary>
    public char Last => Count == 0 ? '\n' : letters[Count - 1];

    /// <summary>Leaves out what is behind so many characters.</summary>
    public void Shorten(int count) => Count = Math.Min(Count, count);

    /// <summary>Empties it.</summary>
    public void Clear() => (Count, Seen) = (0, 0);

    /// <summary>Returns the bytes that a stretch comes from: from the first to the last of them, whatever their order.</summary>
    public Protocol.Json.ByteRange Span(int start, int length)
    {
        var (first, last) = (int.MaxValue, 0);
        for (var i = start; i < start + length; i++)
        {
            first = Math.Min(first, starts[i]);
            last = Math.Max(last, ends[i]);
        }

        return new Protocol.Json.ByteRange(first, last - first);
    }

    /// <summary>Begins a new line, unless one begins here.</summary>
    public void Break(int at)
    {
        if (Count == 0 || Last == '\n') return;
        if (Last == ' ') letters[Count - 1] = '\n';
        else Put('\n', at, at);
    }

    /// <summary>Appends characters in their folded form, as many as there is room for.</summary>
    /// <param name="text">The characters.</param>
    /// <param name="firsts">First byte of each.</param>
    /// <param name="afters">The byte after each.</param>
    /// <returns>Number of characters that were taken.</returns>
    public int Fold(ReadOnlySpan<char> text, ReadOnlySpan<int> firsts, ReadOnlySpan<int> afters)
    {
        var at = 0;
        while (at < text.Length && Room > Folding.Longest)
        {
            if (text[at] < 0x80)
            {
                at += FoldAscii(text[at..], firsts[at..], afters[at..]);
                continue;
            }

            var isPair = char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]);
            Fold(text[at], isPair ? text[at + 1] : '\0', firsts[at], afters[isPair ? at + 1 : at]);
            at += isPair ? 2 : 1;
        }

        return at;
    }

    /// <summary>Appends characters that are folded, as many as there is room for.</summary>
    /// <returns>Number of characters that were taken.</returns>
    public int Copy(ReadOnlySpan<char> text, ReadOnlySpan<int> firsts, ReadOnlySpan<int> afters)
    {
        var length = Math.Min(text.Length, Room);
        text[..length].CopyTo(letters.AsSpan(Count));
        firsts[..length].CopyTo(starts.AsSpan(Count));
        afters[..length].CopyTo(ends.AsSpan(Count));
        Count += length;
        return length;
    }

    private void Fold(char letter, char low, int start, int end)
    {
        Span<char> folded = stackalloc char[Folding.Longest];
        var rune = char.IsHighSurrogate(letter) && char.IsLowSurrogate(low) ? new Rune(letter, low)
            : Rune.TryCreate(letter, out var single) ? single : Rune.ReplacementChar;
        if (Rune.IsWhiteSpace(rune))
        {
            Space(rune.Value is 0x2028 or 0x2029, start, end);
            return;
        }

        Folding.Fold(rune, ref folded, out var count);
        foreach (var one in folded[..count])
        {
            if (one == ' ') Space(isBreak: false, start, end);
            else Put(one is '’' or '‘' or '´' ? '\'' : one, start, end);
        }
    }

    // Takes the characters before the first one that is not ASCII.
    private int FoldAscii(ReadOnlySpan<char> text, ReadOnlySpan<int> firsts, ReadOnlySpan<int> afters)
    {
        var (at, plainEnd) = (0, 0);
        while (at < text.Length && text[at] < 0x80 && Room > Folding.Longest)
        {
            if (at >= plainEnd) plainEnd = at + LengthOf(text[at..].IndexOfAnyExcept(Plain), text.Length - at);
            var length = RunAt(text[at..plainEnd]);
            if (length >= ShortestRun)
            {
                length = Math.Min(length, Room - Folding.Longest);
                FoldRun(text.Slice(at, length), firsts[at..], afters[at..]);
                at += length;
            }
            else
            {
                at += FoldEach(text[at..Math.Min(text.Length, at + length + 1)], firsts[at..], afters[at..]);
            }
        }

        return at;
    }

    // The characters of a plain text up to the second one of two spaces.
    private int RunAt(ReadOnlySpan<char> plain)
    {
        if (plain is [] || (plain[0] == ' ' && Last <= ' ')) return 0;
        var spaces = plain.IndexOf("  ");
        return spaces < 0 ? plain.Length : spaces + 1;
    }

    private static int LengthOf(int found, int all) => found < 0 ? all : found;

    private void FoldRun(ReadOnlySpan<char> text, ReadOnlySpan<int> firsts, ReadOnlySpan<int> afters)
    {
        Ascii.ToLower(text, letters.AsSpan(Count), out _);
        firsts[..text.Length].CopyTo(starts.AsSpan(Count));
        afters[..text.Length].CopyTo(ends.AsSpan(Count));
        Count += text.Length;
    }

    // Takes characters one by one, up to the first one that is not ASCII.
    private int FoldEach(ReadOnlySpan<char> text, ReadOnlySpan<int> firsts, ReadOnlySpan<int> afters)
    {
        var (letters, starts, ends) = (this.letters, this.starts, this.ends);
        var (count, at) = (Count, 0);
        var last = Last;
        for (; at < text.Length && count < Capacity - Folding.Longest; at++)
        {
            if (text[at] >= 0x80) break;
            // A character that is left out is overwritten by the next one: no branch, since spaces come without a rule.
            var letter = Folded[text[at]];
            letters[count] = letter;
            starts[count] = firsts[at];
            ends[count] = afters[at];
            var isSecondSpace = letter <= ' ' & last <= ' ';
            if (letter == '\n' && last == ' ' && count > 0) letters[count - 1] = last = '\n';
            var isTaken = letter != Dropped & !isSecondSpace;
            count += isTaken ? 1 : 0;
            last = isTaken ? letter : last;
        }

        Count = count;
        return at;
    }

    private void Put(char letter, int start, int end)
    {
        letters[Count] = letter;
        starts[Count] = start;
        ends[Count++] = end;
    }

    /// <summary>Appends a stretch of another flow.</summary>
    public void Copy(ReadingFlow from, int start, int length)
    {
        length = Math.Min(length, Room);
        from.letters.AsSpan(start, length).CopyTo(letters.AsSpan(Count));
        from.starts.AsSpan(start, length).CopyTo(starts.AsSpan(Count));
        from.ends.AsSpan(start, length).CopyTo(ends.AsSpan(Count));
        Count += length;
    }

    /// <summary>Begins the next block with the end of this one.</summary>
    public void CarryOver()
    {
        var from = Math.Max(0, Count - Kept);
        var cut = letters.AsSpan(from, Count - from).IndexOfAny('\n', ' ');
        if (from > 0 && cut >= 0 && cut < Kept / 4) from += cut + 1;
        var count = Count - from;
        letters.AsSpan(from, count).CopyTo(letters);
        starts.AsSpan(from, count).CopyTo(starts);
        ends.AsSpan(from, count).CopyTo(ends);
        (Count, Seen) = (count, count);
    }

    private static char FoldedOf(char letter) => letter switch
    {
        >= 'A' and <= 'Z' => (char)(letter | 0x20),
        ' ' or '\t' or '\r' or '\v' or '\f' => ' ',
        '\n' => '\n',
        '`' => '\'',
        '*' or < ' ' or '\x7F' => Dropped,
        _ => letter,
    };

    private void Space(bool isBreak, int start, int end)
    {
        if (Last is not (' ' or '\n')) Put(isBreak ? '\n' : ' ', start, end);
        else if (isBreak && Last == ' ') letters[Count - 1] = '\n';
    }
}
