using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.Messages;

/// <summary>
/// Images and links of Markdown whose address has a gap that the model is to fill with data (OWASP LLM02; CWE-201): a client that shows the image
/// sends what the model wrote to the address.
/// </summary>
internal static class ImageLinks
{
    private const int Longest = 600;

    private static readonly System.Buffers.SearchValues<string> Gaps = System.Buffers.SearchValues.Create(
        ["{", "%7b", "<", "$(", "data=here", "=...", "=…", "_here", "-here", "=secret", "=base64", "your_"], StringComparison.Ordinal);

    // What an honest template does not ask for.
    private static readonly System.Buffers.SearchValues<string> Private = System.Buffers.SearchValues.Create(
        ["conversation", "history", "chat", "secret", "password", "credential", "summary", "prompt", "context", "messages", "notes", "token}"],
        StringComparison.Ordinal);

    /// <summary>Adds a finding for the first image or link with a gap in the query of its address.</summary>
    public static void Judge(ReadOnlySpan<char> folded, List<MessageRules.Hit> hits)
    {
        for (var at = 0; folded[at..].IndexOf("](") is var next and >= 0;)
        {
            at += next + 2;
            var address = folded[at..Math.Min(folded.Length, at + Longest)];
            var end = address.IndexOf(')');
            if (end < 0) continue;
            address = address[..end];
            var asksForPrivate = address.ContainsAny(Private) || HasWords(address);
            if (!address.Contains("://", StringComparison.Ordinal) || !HasGap(address, asksForPrivate)) continue;
            var start = Math.Max(0, folded[..at].LastIndexOf('['));
            var isImage = start > 0 && folded[start - 1] == '!';
            if (!isImage && !asksForPrivate) continue;
            hits.Add(new MessageRules.Hit(
                DetectionRules.Outflow, isImage && asksForPrivate ? Confidence.High : Confidence.Medium, start, at + end + 1 - start,
                isImage ? "an image whose address takes up data" : "a link whose address takes up data"));
            return;
        }
    }

    // No address has words with spaces: they say what to put in their place.
    private static bool HasWords(ReadOnlySpan<char> address)
    {
        var gap = address.IndexOfAny("{[<");
        return gap >= 0 && address[gap..].Contains(' ');
    }

    // Brackets are common in honest addresses, and a chart takes its data as JSON: such an address is complete.
    private static bool HasGap(ReadOnlySpan<char> address, bool asksForPrivate) =>
        (address.ContainsAny(Gaps) || (asksForPrivate && address.Contains('[')))
        && !address.Contains("={\"", StringComparison.Ordinal) && !address.Contains("=%7b%22", StringComparison.Ordinal);
}
