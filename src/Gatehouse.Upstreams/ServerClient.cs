using System.Net;
using Gatehouse.Outbound;
using Gatehouse.Outbound.Http1;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Upstreams;

/// <summary>
/// The HTTP clients of one server. A request by HTTP/1.1 is sent by the client of this project: a message with one write and one read, and a stream
/// that holds no buffer while it is idle. HTTP/2 and large messages take the platform's handler.
/// </summary>
/// <remarks>
/// Which protocol a server speaks behind TLS is known from its first answer, which the handler receives. It is asked
/// again after a failure of TLS.
/// </remarks>
internal sealed class ServerClient : IDisposable
{
    private readonly HttpUpstreamSettings settings;
    private readonly bool isSecured;
    private readonly HttpMessageInvoker handler;
    private readonly Http1Client? http1;
    private volatile bool speaksHttp1;

    /// <summary>Creates the clients.</summary>
    /// <param name="settings">The server.</param>
    /// <param name="handlers">The factory of handlers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="inProcess">The handler that leads to the server within this process; null connects to its address.</param>
    /// <exception cref="FormatException">The host of the settings cannot be written.</exception>
    public ServerClient(HttpUpstreamSettings settings, OutboundHandlers handlers, TimeProvider time, HttpMessageHandler? inProcess = null)
    {
        this.settings = settings;
        isSecured = settings.Url.Scheme == Uri.UriSchemeHttps;
        if (inProcess is not null)
        {
            handler = new HttpMessageInvoker(inProcess, disposeHandler: false);
            return;
        }

        speaksHttp1 = !isSecured;
        var revocations = settings.RevocationList is { } list ? new UpstreamRevocations(list, time) : null;
        handler = new HttpMessageInvoker(handlers.Create(DestinationTrust.Configured, settings.Pins, settings.ConnectTimeout, revocations));
        var endpoint = new Http1Endpoint(settings.Url, settings.Host, settings.ConnectTimeout, HttpUpstreamReply.ReadFields);
        http1 = handlers.CreateHttp1(endpoint, settings.Pins, revocations, time);
    }

    /// <summary>Sends a request once, and returns when the head of its answer is there.</summary>
    /// <param name="request">The request; its headers are those of <see cref="OutgoingHeaders"/>.</param>
    /// <param name="message">The message that is posted; null where the request has none.</param>
    /// <param name="session">The server's id of the session; null for none.</param>
    /// <param name="credential">The credential for the server; null for none.</param>
    /// <param name="cancellation">Ends the request, and closes its connection.</param>
    /// <exception cref="RefusalException">The server could not be reached, or did not answer by HTTP.</exception>
    public async ValueTask<OutboundResponse> SendAsync(
        UpstreamRequest request, ReadOnlyMemory<byte>? message, string? session, UpstreamCredential? credential, CancellationToken cancellation)
    {
        try
        {
            if (speaksHttp1 && message is null or { Length: <= Http1Client.MostBodyBytes })
                return await http1!.SendAsync(Write(request, message, session, credential), cancellation).ConfigureAwait(false);
            return await SendByHandlerAsync(request, message, session, credential, cancellation).ConfigureAwait(false);
        }
        catch (HttpRequestException e) when (e.InnerException is DestinationRefusedException refused)
        {
            throw new RefusalException(Reasons.DestinationRefused, refused.Message, e);
        }
        catch (HttpRequestException e)
        {
            // A server that speaks HTTP/2 only from now on does not agree on TLS. The retry asks the handler.
            if (e.HttpRequestError == HttpRequestError.SecureConnectionError) speaksHttp1 = !isSecured && http1 is not null;
            throw new RefusalException(
                Reasons.UpstreamUnreachable, e is Http1FormatException invalid ? $"{e.HttpRequestError}: {invalid.Part}" : $"{e.HttpRequestError}", e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new RefusalException(Reasons.UpstreamUnreachable, "connecting took too long", e);
        }
    }

    public void Dispose()
    {
        handler.Dispose();
        http1?.Dispose();
    }

    private Http1Request Write(UpstreamRequest request, ReadOnlyMemory<byte>? message, string? session, UpstreamCredential? credential)
    {
        var method = MethodOf(request, message);
        var head = http1!.Begin(method, message?.Length ?? 0);
        try
        {
            OutgoingHeaders.Write(head, request, method == HttpMethod.Get, session, credential);
            if (message is { } posted) head.End(posted.Span);
            else head.End();
            return head;
        }
        catch
        {
            head.Dispose();
            throw;
        }
    }

    private async ValueTask<OutboundResponse> SendByHandlerAsync(
        UpstreamRequest request, ReadOnlyMemory<byte>? message, string? session, UpstreamCredential? credential, CancellationToken cancellation)
    {
        using var outgoing = new HttpRequestMessage(MethodOf(request, message), settings.Url);
        if (message is { } posted)
        {
            outgoing.Content = new ReadOnlyMemoryContent(posted);
            outgoing.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        }

        if (isSecured) (outgoing.Version, outgoing.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower);
        if (settings.Host is { } host) outgoing.Headers.Host = host;
        OutgoingHeaders.Write(new HandlerRequest(outgoing), request, outgoing.Method == HttpMethod.Get, session, credential);
        var response = new HandlerResponse(await handler.SendAsync(outgoing, cancellation).ConfigureAwait(false));
        if (response.Version == HttpVersion.Version11) speaksHttp1 = http1 is not null;
        return response;
    }

    private static HttpMethod MethodOf(UpstreamRequest request, ReadOnlyMemory<byte>? message) =>
        message is not null ? HttpMethod.Post : request.Intent == ExchangeIntent.EndSession ? HttpMethod.Delete : HttpMethod.Get;
}
