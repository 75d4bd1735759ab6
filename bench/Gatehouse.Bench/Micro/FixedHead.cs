using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Bench.Micro;

/// <summary>The head of a modern call.</summary>
internal sealed class FixedHead(IReadOnlyDictionary<string, string> headers, string path) : IRequestHead
{
    public string? Verb => "POST";

    public string Path => path;

    public bool HasQuery => false;

    public int Count(string header) => headers.ContainsKey(header) ? 1 : 0;

    public string? Single(string header) => headers.GetValueOrDefault(header);

    public IReadOnlyList<KeyValuePair<string, string>> WithPrefix(string prefix)
    {
        List<KeyValuePair<string, string>>? found = null;
        foreach (var header in headers)
        {
            if (header.Key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) (found ??= []).Add(header);
        }

        return found is null ? [] : found;
    }
}
