using System.Buffers;

namespace Gatehouse.Detection.Model;

/// <summary>
/// A cut of a folded text into sentences, and pairs of them into windows: surrounding text never dilutes the text that a model judges.
/// </summary>
internal static class SentenceCuts
{
    /// <summary>Longest sentence; longer ones are cut.</summary>
    public const int LongestSentence = 360;

    private static readonly SearchValues<char> Ends = SearchValues.Create("\n。！？.!?;");

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
        for (var start = 0; start < text.Length;)
        {
            var length = LengthOf(text[start..]);
            sentences.Add((start, length));
            start += length;
        }
    }

    private static int LengthOf(ReadOnlySpan<char> text)
    {
        var most = Math.Min(text.Length, LongestSentence);
        for (var at = 0; at < most; at++)
        {
            var next = text[at..most].IndexOfAny(Ends);
            if (next < 0) break;
            at += next;
            if (text[at] is not ('.' or '!' or '?' or ';') || at + 1 == text.Length || char.IsWhiteSpace(text[at + 1])) return at + 1;
        }

        return most;
    }
}
