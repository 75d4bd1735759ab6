namespace Gatehouse.Pipeline.Exchanges;

/// <summary>Readers of the head that several stages share.</summary>
internal static class RequestHeadExtensions
{
    /// <summary>Returns Accept as one list; the header may be sent in several lines (RFC 9110 §5.3).</summary>
    public static string? Accept(this IRequestHead head)
    {
        if (head.Count("Accept") <= 1) return head.Single("Accept");
        return string.Join(',', head.WithPrefix("Accept")
            .Where(h => h.Key.Equals("Accept", StringComparison.OrdinalIgnoreCase)).Select(h => h.Value));
    }
}
