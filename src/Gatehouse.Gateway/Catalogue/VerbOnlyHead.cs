using Gatehouse.Pipeline;

namespace Gatehouse.Gateway.Catalogue;

/// <summary>The head of a request without a message that the gateway itself makes.</summary>
internal sealed class VerbOnlyHead(string verb) : IRequestHead
{
    public string? Verb => verb;

    public string Path => "";

    public bool HasQuery => false;

    public int Count(string header) => 0;

    public string? Single(string header) => null;

    public IEnumerable<KeyValuePair<string, string>> WithPrefix(string prefix) => [];
}
