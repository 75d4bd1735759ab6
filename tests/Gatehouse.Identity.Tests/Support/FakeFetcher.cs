using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Identity.Issuers;

namespace Gatehouse.Identity.Tests.Support;

/// <summary>Serves documents from memory and counts what was asked for; can fail, and can hold answers back.</summary>
internal sealed class FakeFetcher : IMetadataFetcher
{
    public const string Issuer = "https://login.example/tenant";
    public static readonly Uri MetadataUri = new("https://login.example/tenant/.well-known/openid-configuration");
    public static readonly Uri KeysUri = new("https://login.example/keys");

    private readonly ConcurrentQueue<Uri> requests = [];

    public FakeFetcher(params TestKey[] keys)
    {
        Documents[MetadataUri] = Metadata(Issuer, KeysUri.AbsoluteUri);
        Publish(keys);
    }

    public Dictionary<Uri, byte[]> Documents { get; } = [];

    /// <summary>Thrown instead of any answer.</summary>
    public Exception? Failure { get; set; }

    /// <summary>The clock that answers tell.</summary>
    public DateTimeOffset? Date { get; set; }

    /// <summary>Answers wait for it.</summary>
    public TaskCompletionSource? Gate { get; set; }

    public IReadOnlyList<Uri> Requests => [.. requests];

    public int KeyFetches => requests.Count(uri => uri == KeysUri);

    public void Publish(params TestKey[] keys) => Documents[KeysUri] = TestKeySet.Document(keys);

    public static byte[] Metadata(string issuer, string keysUri) =>
        Encoding.UTF8.GetBytes(new JsonObject { ["issuer"] = issuer, ["jwks_uri"] = keysUri }.ToJsonString());

    public async ValueTask<FetchedDocument> GetAsync(Uri uri, int maxBytes, CancellationToken cancellationToken)
    {
        requests.Enqueue(uri);
        if (Gate is { } gate)
            await gate.Task.WaitAsync(cancellationToken);
        if (Failure is not null)
            throw Failure;
        if (!Documents.TryGetValue(uri, out var body))
            return new FetchedDocument(404, default);
        return body.Length > maxBytes ? throw new IOException("too large") : new FetchedDocument(200, body) { Date = Date };
    }
}
