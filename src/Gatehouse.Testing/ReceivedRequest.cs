namespace Gatehouse.Testing;

/// <summary>One request as a recording upstream got it, for tests of what crossed and what did not.</summary>
/// <param name="Verb">HTTP method.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Headers">Header lines in order.</param>
/// <param name="Body">The body's bytes.</param>
public sealed record ReceivedRequest(
    string Verb, string Path, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>The body as text.</summary>
    public string Text => System.Text.Encoding.UTF8.GetString(Body.Span);

    /// <summary>All values of a header.</summary>
    public IReadOnlyList<string> Header(string name) =>
        [.. Headers.Where(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value)];
}
