namespace Gatehouse.Detection.Model;

/// <summary>
/// A cut of a folded text into sentences, and pairs of them into windows: surrounding text never dilutes the text that a model judges.
/// </summary>
internal static class SentenceCuts
{
    /// <summary>Longest sentence; longer ones are cut.</summary>
    public const int LongestSentence = 360;

    /// <summary>Returns the sentences as start and length. Together they cover the text.</summary>
    public static List<(int Start, int Length)> Of(ReadOnlySpan<char> text)
    {
        List<(int, int)> sentences = [];
        Of(text, sentences);
        return sentences;
    }

    /// <summary>Adds the sentences as start and length.</summary>
    public static void Of(ReadOnlySpan<char> text, List<(int Start, int Length)> sentences)
    {
        var start = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var ends = text[at] is '\n' or '。' or '！' or '？' || at - start + 1 >= LongestSentence
                || (text[at] is '.' or '!' or '?' or ';' && (at + 1 == text.Length || char.IsWhiteSpace(text[at + 1])));
            if (!ends)
                continue;
            sentences.Add((start, at + 1 - start));
            start = at + 1;
        }

        if (start < text.Length)
            sentences.Add((start, text.Length - start));
    }
}
