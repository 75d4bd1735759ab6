using System.Buffers;
using System.Net;
using Gatehouse.Identity.Certificates;
using Gatehouse.Pipeline.Exchanges;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gatehouse.Gateway.Transport;

/// <summary>Request line and headers of a Kestrel request.</summary>
internal sealed class HttpRequestHead : IRequestHead
{
    private readonly IHeaderDictionary headers;
    // RFC 9110 §5.6.2.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private readonly ConnectionInfo connection;
    private readonly bool isHttp10;
    private (string Prefix, IReadOnlyList<KeyValuePair<string, string>> Headers)? asked; // Several rules ask for the same ones, one after the other.

    public HttpRequestHead(HttpContext context)
    {
        headers = context.Request.Headers;
        connection = context.Connection;
        Verb = context.Request.Method;
        isHttp10 = HttpProtocol.IsHttp10(context.Request.Protocol);
        // The raw target, because decoding has already merged forms that other software tells apart.
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        HasQuery = query >= 0;
        Path = query < 0 ? target : target[..query];
    }

    public string? Verb { get; }

    public string? ConnectionId => connection.Id;

    public string Path { get; }

    public bool HasQuery { get; }

    public bool IsFramedPlainly
    {
        get
        {
            // Kestrel puts a length that came with a transfer coding under this name.
            if (headers.ContainsKey("X-Content-Length")) return false;
            if (headers.TryGetValue("Transfer-Encoding", out var codings)
                && (isHttp10 || codings.Count != 1 || !string.Equals(codings[0], "chunked", StringComparison.OrdinalIgnoreCase))) return false;
            foreach (var (name, _) in headers)
            {
                if (name.Length > 0 && name[0] != ':' && name.AsSpan().ContainsAnyExcept(TokenCharacters)) return false;
            }

            return true;
        }
    }

    public IPAddress? PeerAddress => connection.RemoteIpAddress;

    public PresentedCertificate? ConnectionCertificate =>
        connection.ClientCertificate is { } certificate ? new PresentedCertificate(certificate) : null;

    public int Count(string header) => headers.TryGetValue(header, out var values) ? values.Count : 0;

    public string? Single(string header) => headers.TryGetValue(header, out var values) && values.Count == 1 ? values[0] : null;

    public IReadOnlyList<KeyValuePair<string, string>> WithPrefix(string prefix)
    {
        if (asked is { } before && before.Prefix == prefix) return before.Headers;
        List<KeyValuePair<string, string>>? found = null;
        foreach (var (name, values) in headers)
        {
            if (!name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) continue;
            foreach (var value in values) (found ??= []).Add(new KeyValuePair<string, string>(name, value ?? ""));
        }

        IReadOnlyList<KeyValuePair<string, string>> answer = found is null ? [] : found;
        asked = (prefix, answer);
        return answer;
    }
}
