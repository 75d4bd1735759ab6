using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Bench.Micro;

/// <summary>The head of a modern call.</summary>
internal sealed class FixedHead(IReadOnlyDictionary<string, string> headers, string path) : IRequestHead
{
    public string? Verb => "POST";

    public string Path => path;

    public bool HasQuery => false;

    public RequestHeader? Repeated => null;

    public string? Accept => Single(RequestHeader.Accept);

    public IReadOnlyList<KeyValuePair<string, string>> Parameters { get; } =
        [.. headers.Where(static header => header.Key.StartsWith(HeaderNames.ParameterPrefix, StringComparison.OrdinalIgnoreCase))];

    public bool Has(RequestHeader header) => headers.ContainsKey(HeaderNames.Of(header));

    public string? Single(RequestHeader header) => headers.GetValueOrDefault(HeaderNames.Of(header));
}
