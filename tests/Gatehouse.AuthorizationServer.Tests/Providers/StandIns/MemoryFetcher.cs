using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Identity.Issuers;

namespace Gatehouse.AuthorizationServer.Tests.Providers.StandIns;

/// <summary>Serves documents of https addresses from memory, and records the order in which they were requested.</summary>
internal sealed class MemoryFetcher : IMetadataFetcher
{
    public Dictionary<string, string> Documents { get; } = new(StringComparer.Ordinal);

    public List<string> Requests { get; } = [];

    /// <summary>True when nothing is ever answered.</summary>
    public bool IsSilent { get; set; }

    public static JsonObject Metadata(string issuer) => new()
    {
        ["issuer"] = issuer,
        ["authorization_endpoint"] = "https://login.example/authorize",
        ["token_endpoint"] = "https://login.example/token",
        ["jwks_uri"] = "https://login.example/keys",
        ["code_challenge_methods_supported"] = new JsonArray("S256"),
    };

    public ValueTask<FetchedDocument> GetAsync(Uri uri, int maxBytes, CancellationToken cancellationToken)
    {
        Requests.Add(uri.AbsoluteUri);
        if (IsSilent) return new ValueTask<FetchedDocument>(new TaskCompletionSource<FetchedDocument>().Task);
        return ValueTask.FromResult(Documents.TryGetValue(uri.AbsoluteUri, out var document)
            ? new FetchedDocument(200, Encoding.UTF8.GetBytes(document)) : new FetchedDocument(404, default));
    }
}
