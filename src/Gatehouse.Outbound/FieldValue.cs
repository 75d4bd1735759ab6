using System.Buffers;

namespace Gatehouse.Outbound;

/// <summary>The values that fields of outgoing requests may have: visible ASCII, spaces and tabs (RFC 9110 §5.5, without <c>obs-text</c>).</summary>
internal static class FieldValue
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(static c => (char)c), '\t']);

    /// <summary>Requires that a value has no other characters.</summary>
    /// <exception cref="HttpRequestException">It has one. The message names the field, and does not contain the value.</exception>
    // Threat: a value with a line break is a field, or a request, of whoever chose it (CWE-113).
    public static void Require(string name, string value)
    {
        if (value.AsSpan().ContainsAnyExcept(Allowed))
            throw new HttpRequestException($"the header {name} of the request has a character that no value may have");
    }
}
