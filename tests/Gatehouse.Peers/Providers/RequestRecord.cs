using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Peers.Providers;

/// <summary>The last requests to the token endpoint.</summary>
internal sealed class RequestRecord
{
    private const int Most = 20_000;

    private readonly ConcurrentQueue<ProviderRequest> requests = new();

    public IReadOnlyList<ProviderRequest> All => [.. requests];

    public void Clear() => requests.Clear();

    public async Task AddAsync(HttpContext context)
    {
        var request = context.Request;
        if (!request.HasFormContentType) return;
        var form = (await request.ReadFormAsync(context.RequestAborted)).ToDictionary(
            static pair => pair.Key, static pair => pair.Key == "client_secret" ? "" : pair.Value.ToString(), StringComparer.Ordinal);
        var basic = request.Headers.Authorization.ToString();
        var isBasic = basic.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase);
        var authentication = isBasic ? "client_secret_basic"
            : form.ContainsKey("client_assertion") ? "private_key_jwt"
            : form.ContainsKey("client_secret") ? "client_secret_post" : "none";
        requests.Enqueue(new ProviderRequest(form, isBasic ? NameIn(basic) : form.GetValueOrDefault("client_id", ""), authentication,
            request.Headers.Where(static header => header.Key != "Authorization")
                .ToDictionary(static header => header.Key, static header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        if (requests.Count > Most) requests.TryDequeue(out _);
    }

    private static string NameIn(string basic)
    {
        var bytes = new byte[basic.Length];
        return Convert.TryFromBase64String(basic["Basic ".Length..], bytes, out var length)
            ? Uri.UnescapeDataString(Encoding.UTF8.GetString(bytes, 0, length).Split(':')[0].Replace('+', ' ')) : "";
    }
}
