using Gatehouse.Identity;
using Gatehouse.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gatehouse.Gateway.Transport;

/// <summary>Request line and headers of a Kestrel request.</summary>
internal sealed class HttpRequestHead : IRequestHead
{
    private readonly IHeaderDictionary headers;
    private readonly ConnectionInfo connection;

    public HttpRequestHead(HttpContext context)
    {
        headers = context.Request.Headers;
        connection = context.Connection;
        Verb = context.Request.Method;
        // The raw target, because decoding has already merged forms that other software tells apart.
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        HasQuery = query >= 0;
        Path = query < 0 ? target : target[..query];
    }

    public string? Verb { get; }

    public string Path { get; }

    public bool HasQuery { get; }

    public PresentedCertificate? ConnectionCertificate =>
        connection.ClientCertificate is { } certificate ? new PresentedCertificate(certificate) : null;

    public int Count(string header) => headers.TryGetValue(header, out var values) ? values.Count : 0;

    public string? Single(string header) => headers.TryGetValue(header, out var values) && values.Count == 1 ? values[0] : null;

    public IEnumerable<KeyValuePair<string, string>> WithPrefix(string prefix)
    {
        foreach (var (name, values) in headers)
        {
            if (!name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) continue;
            foreach (var value in values)
                yield return new KeyValuePair<string, string>(name, value ?? "");
        }
    }
}
