namespace Gatehouse.Identity.Formats;

/// <summary>Values of forms (<c>application/x-www-form-urlencoded</c>, RFC 6749 Appendix B).</summary>
internal static class FormText
{
    /// <summary>Returns a value as it is written: a space is a plus sign.</summary>
    public static string Encode(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);
}
