using System.Net;
using Gatehouse.Gateway.Outbound;
using Gatehouse.Gateway.Secrets;
using Gatehouse.Gateway.Transport;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Configuration;

namespace Gatehouse.Gateway.Upstreams;

/// <summary>A server reached by Streamable HTTP. Sends the proven bytes as they are and reads the answer message by message.</summary>
public sealed class HttpUpstream : IUpstream
{
    private readonly ServerSettings server;
    private readonly HttpUpstreamSettings settings;
    private readonly HttpMessageInvoker invoker;
    private readonly SecretResolver secrets;

    /// <summary>Creates the upstream with a handler of its own.</summary>
    public HttpUpstream(ServerSettings server, OutboundHandlers handlers, SecretResolver secrets, ByteBudget budget)
    {
        Budget = budget;
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(handlers);
        this.server = server;
        this.secrets = secrets;
        settings = server.Http ?? throw new ArgumentException("not an HTTP server", nameof(server));
        invoker = new HttpMessageInvoker(handlers.Create(DestinationTrust.Configured, settings.Pins, settings.ConnectTimeout));
    }

    /// <inheritdoc />
    public async ValueTask<IUpstreamReply> SendAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var response = await SendAsync(() => NewRequest(exchange), cancellation).ConfigureAwait(false);
        try
        {
            return await HttpUpstreamReply.OpenAsync(this, exchange, response, cancellation).ConfigureAwait(false);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        invoker.Dispose();
        return ValueTask.CompletedTask;
    }

    internal ServerSettings Server => server;

    internal ByteBudget Budget { get; }

    /// <summary>Posts a message of our own within the exchange's session; the answer is not awaited beyond its status.</summary>
    internal async ValueTask PostAsync(Exchange exchange, ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        using var response = await SendAsync(() => NewPost(exchange, message), cancellation).ConfigureAwait(false);
    }

    private async ValueTask<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> create, CancellationToken cancellation)
    {
        try
        {
            return await invoker.SendAsync(create(), cancellation).ConfigureAwait(false);
        }
        catch (HttpRequestException e) when (e.InnerException is DestinationRefusedException refused)
        {
            throw new RefusalException(Reasons.DestinationRefused, refused.Message, e);
        }
        catch (HttpRequestException e)
        {
            throw new RefusalException(Reasons.UpstreamUnreachable, e.HttpRequestError.ToString(), e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new RefusalException(Reasons.UpstreamUnreachable, "connecting took too long", e);
        }
    }

    private HttpRequestMessage NewRequest(Exchange exchange) => exchange.Message is { } message
        ? NewPost(exchange, message.Bytes)
        : NewHeadOnly(exchange);

    private HttpRequestMessage NewHeadOnly(Exchange exchange) =>
        Complete(new HttpRequestMessage(exchange.Head.Verb == "DELETE" ? HttpMethod.Delete : HttpMethod.Get, settings.Url), exchange);

    private HttpRequestMessage NewPost(Exchange exchange, ReadOnlyMemory<byte> message)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, settings.Url) { Content = new ReadOnlyMemoryContent(message) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        return Complete(request, exchange);
    }

    private HttpRequestMessage Complete(HttpRequestMessage request, Exchange exchange)
    {
        if (settings.Url.Scheme == Uri.UriSchemeHttps)
        {
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        }

        OutgoingHeaders.Write(request, exchange, settings);
        if (settings.Credential is { } credential)
            request.Headers.TryAddWithoutValidation(credential.Header, secrets.HeaderValue(credential));
        return request;
    }
}
