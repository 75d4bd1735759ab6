using System.Text;

namespace Gatehouse.Detection.Text;

/// <summary>A builder of a reading, character by character, each with its place. It takes no more at a bound.</summary>
internal sealed class ViewBuilder(ViewKind kind, TextView? parent, int most)
{
    private readonly StringBuilder text = new();
    private readonly List<int> starts = [];
    private readonly List<int> ends = [];

    public int Length => text.Length;

    /// <summary>True when something did not fit any more.</summary>
    public bool IsCut { get; private set; }

    public char Last => text.Length == 0 ? '\n' : text[^1];

    public void Append(char letter, int start, int end)
    {
        if (text.Length >= most)
        {
            IsCut = true;
            return;
        }

        text.Append(letter);
        starts.Add(start);
        ends.Add(end);
    }

    public void Append(Rune rune, int start, int end)
    {
        Span<char> letters = stackalloc char[2];
        var count = rune.EncodeToUtf16(letters);
        for (var i = 0; i < count; i++)
            Append(letters[i], start, end);
    }

    /// <summary>Takes characters of the parent as they are.</summary>
    public void Copy(int start, int length)
    {
        for (var i = start; i < start + length; i++)
            Append(parent!.Text[i], parent.StartOf(i), parent.EndOf(i));
    }

    /// <summary>Appends a character in the place of a stretch of the parent.</summary>
    public void Replace(char letter, int start, int length) => Append(letter, parent!.StartOf(start), parent.EndOf(start + length - 1));

    public void Replace(Rune rune, int start, int length) => Append(rune, parent!.StartOf(start), parent.EndOf(start + length - 1));

    public TextView Finish() => new(kind, text.ToString(), [.. starts], [.. ends], parent);
}
