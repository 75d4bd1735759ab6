using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.AuthorizationServer.Clients;

namespace Gatehouse.AuthorizationServer.Tests.Clients;

/// <summary>A fetcher that answers from a table. An address without an entry cannot be reached.</summary>
internal sealed class ScriptedDocuments : IClientDocumentFetcher
{
    private readonly ConcurrentDictionary<string, Func<CancellationToken, ValueTask<ClientDocumentAnswer?>>> answers = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> fetched = [];

    public int Fetches => fetched.Count;

    public int FetchesOf(string url) => fetched.Count(one => one == url);

    public ValueTask<ClientDocumentAnswer?> GetAsync(Uri address, int maxBytes, CancellationToken cancellation)
    {
        fetched.Enqueue(address.OriginalString);
        return answers.TryGetValue(address.OriginalString, out var answer) ? answer(cancellation) : throw new HttpRequestException("no route");
    }

    public void Serve(string url, Func<CancellationToken, ValueTask<ClientDocumentAnswer?>> answer) => answers[url] = answer;

    public void Serve(string url, ClientDocumentAnswer? answer) => Serve(url, _ => ValueTask.FromResult(answer));

    public void ServeGood(string url, string? cacheControl = null, string name = "Example") => Serve(url, Good(url, cacheControl, name));

    public void Remove(string url) => answers.TryRemove(url, out _);

    public static ClientDocumentAnswer Good(string url, string? cacheControl = null, string name = "Example") =>
        Json(Document(url, name).ToJsonString(), cacheControl);

    public static ClientDocumentAnswer Json(string json, string? cacheControl = null) => new(200, Encoding.UTF8.GetBytes(json))
    {
        MediaType = "application/json",
        CacheControl = cacheControl is null ? null : CacheControlHeaderValue.Parse(cacheControl),
    };

    public static JsonObject Document(string url, string name = "Example") => new()
    {
        ["client_id"] = url,
        ["client_name"] = name,
        ["redirect_uris"] = new JsonArray("https://app.example/callback", "http://127.0.0.1/callback"),
        ["token_endpoint_auth_method"] = "none",
    };
}
