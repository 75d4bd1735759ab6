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
    public RequestHeader? Repeated => null;

    /// <inheritdoc />
    public string? Accept => null;

    /// <inheritdoc />
    public IReadOnlyList<KeyValuePair<string, string>> Parameters => [];

    /// <inheritdoc />
    public bool Has(RequestHeader header) => false;

    /// <inheritdoc />
    public string? Single(RequestHeader header) => null;
}
