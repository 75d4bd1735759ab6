namespace Gatehouse.Pipeline.Exchanges;

/// <summary>The head of a message that did not arrive by HTTP.</summary>
public sealed class NoRequestHead : IRequestHead
{
    private NoRequestHead()
    {
    }

    /// <summary>The one instance.</summary>
    public static NoRequestHead Instance { get; } = new();

    /// <inheritdoc />
    public string? Verb => null;

    /// <inheritdoc />
    public string Path => "";

    /// <inheritdoc />
    public bool HasQuery => false;

    /// <inheritdoc />
    public int Count(string header) => 0;

    /// <inheritdoc />
    public string? Single(string header) => null;

    /// <inheritdoc />
    public IReadOnlyList<KeyValuePair<string, string>> WithPrefix(string prefix) => [];
}
