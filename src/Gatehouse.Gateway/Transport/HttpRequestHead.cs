using System.Net;
using Gatehouse.Identity.Certificates;
using Gatehouse.Pipeline.Exchanges;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gatehouse.Gateway.Transport;

/// <summary>Request line and headers of a Kestrel request, read once.</summary>
internal sealed class HttpRequestHead : IRequestHead
{
    private readonly RequestHeaders headers;
    private readonly ConnectionInfo connection;

    public HttpRequestHead(HttpContext context)
    {
        headers = RequestHeaders.Read(context.Request.Headers);
        connection = context.Connection;
        Place = context.Features.Get<ConnectionPlace>();
        Verb = context.Request.Method;
        IsFramedPlainly = !headers.HasUnclearFraming && HasPlainCoding(HttpProtocol.IsHttp10(context.Request.Protocol));
        // The raw target, because decoding has already merged forms that other software tells apart.
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        HasQuery = query >= 0;
        Path = query < 0 ? target : target[..query];
    }

    public string? Verb { get; }

    public string? ConnectionId => connection.Id;

    /// <summary>The place of the connection; null where connections are not counted.</summary>
    public ConnectionPlace? Place { get; }

    public string Path { get; }

    public bool HasQuery { get; }

    public bool IsFramedPlainly { get; }

    public IPAddress? PeerAddress => connection.RemoteIpAddress;

    public PresentedCertificate? ConnectionCertificate =>
        connection.ClientCertificate is { } certificate ? new PresentedCertificate(certificate) : null;

    public RequestHeader? Repeated => headers.Repeated;

    public string? Accept => headers.List(RequestHeader.Accept);

    public IReadOnlyList<KeyValuePair<string, string>> Parameters => headers.Parameters;

    public bool Has(RequestHeader header) => headers.Has(header);

    public string? Single(RequestHeader header) => headers.Single(header);

    private bool HasPlainCoding(bool isHttp10) =>
        !headers.Has(RequestHeader.TransferEncoding)
        || (!isHttp10 && string.Equals(headers.Single(RequestHeader.TransferEncoding), "chunked", StringComparison.OrdinalIgnoreCase));
}
