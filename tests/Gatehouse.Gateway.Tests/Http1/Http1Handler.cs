using System.Text;
using Gatehouse.Outbound;
using Gatehouse.Outbound.Http1;

namespace Gatehouse.Gateway.Tests.Http1;

/// <summary>The HTTP/1.1 client as a handler, so that the tests of the platform's handler are its tests as well.</summary>
internal sealed class Http1Handler(OutboundHandlers handlers, IReadOnlyList<string> pins, UpstreamRevocations? revocations = null)
    : HttpMessageHandler
{
    private Http1Client? client;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        client ??= handlers.CreateHttp1(
            new Http1Endpoint(request.RequestUri!, null, TimeSpan.FromMinutes(1), []), pins, revocations, TimeProvider.System);
        var head = client.Begin(HttpMethod.Post, 1);
        head.End("x"u8);
        using var response = await client.SendAsync(head, cancellationToken);
        var body = await response.ReadAsync(1_000_000, null, cancellationToken);
        return new HttpResponseMessage(response.StatusCode) { Content = new StringContent(Encoding.UTF8.GetString(body!)) };
    }

    protected override void Dispose(bool disposing)
    {
        client?.Dispose();
        base.Dispose(disposing);
    }
}
