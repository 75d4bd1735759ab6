namespace Gatehouse.Detection.Text;

/// <summary>Sentences whose letters are turned by thirteen, and sentences written from behind. Both are decided by their function words.</summary>
internal static class TurnedText
{
    /// <summary>Returns the sentences that are turned by thirteen letters, a line each, or null where there are none.</summary>
    public static TextView? Rot13(TextView parent, int most) => Read(parent, most, ViewKind.Rot13);

    /// <summary>Returns the sentences that are written from behind, a line each, or null where there are none.</summary>
    public static TextView? Mirrored(TextView parent, int most) => Read(parent, most, ViewKind.Mirrored);

    /// <summary>Returns a letter turned by thirteen; any other character as it is.</summary>
    public static char Rot13(char letter) => letter switch
    {
        (>= 'a' and <= 'm') or (>= 'A' and <= 'M') => (char)(letter + 13),
        (>= 'n' and <= 'z') or (>= 'N' and <= 'Z') => (char)(letter - 13),
        _ => letter,
    };

    private static TextView? Read(TextView parent, int most, ViewKind kind)
    {
        var text = parent.Letters;
        var view = parent.Derive(kind, most);
        for (var start = 0; start < text.Length;)
        {
            var end = start;
            while (end < text.Length && !SignScanner.EndsSentence(text[end])) end++;
            if (end < text.Length) end++;
            var (isRot13, isMirrored) = SignScanner.TurnOf(text[start..end]);
            if (kind == ViewKind.Rot13 && isRot13)
            {
                for (var i = start; i < end; i++) view.Replace(Rot13(text[i]), i, 1);
            }
            else if (kind == ViewKind.Mirrored && isMirrored)
            {
                for (var i = end - 1; i >= start; i--) view.Replace(text[i], i, 1);
                view.Replace('\n', end - 1, 1);
            }

            start = end;
        }

        return view.OrNothing();
    }
}
