using System.Buffers;
using System.Net;
using System.Text;
using Gatehouse.Gateway.Catalogue;
using Gatehouse.Gateway.Outbound;
using Gatehouse.Gateway.Resilience;
using Gatehouse.Gateway.Secrets;
using Gatehouse.Gateway.Transport;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Configuration;
using Gatehouse.Protocol;

namespace Gatehouse.Gateway.Upstreams;

/// <summary>
/// A server reached by Streamable HTTP. Sends the proven bytes as they are and reads the answer message by message; sends
/// again only what cannot have acted, and leaves a failing server alone for a while (EX-04).
/// </summary>
public sealed class HttpUpstream : IUpstream
{
    // How long the server may take to be told that nobody waits any more.
    private static readonly TimeSpan FarewellPatience = TimeSpan.FromSeconds(1);

    // How long the server may take to answer the gateway's own question whether it answers at all.
    private static readonly TimeSpan AskPatience = TimeSpan.FromSeconds(5);

    private readonly ServerSettings server;
    private readonly HttpUpstreamSettings settings;
    private readonly HttpMessageInvoker invoker;
    private readonly SecretResolver secrets;
    private readonly TimeProvider time;
    private readonly CircuitBreaker breaker;
    private readonly RenewedSessions renewed = new();

    /// <summary>Creates the upstream with a handler of its own.</summary>
    public HttpUpstream(ServerSettings server, OutboundHandlers handlers, SecretResolver secrets, ByteBudget budget, TimeProvider time)
    {
        Budget = budget;
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(handlers);
        this.server = server;
        this.secrets = secrets;
        this.time = time;
        settings = server.Http ?? throw new ArgumentException("not an HTTP server", nameof(server));
        breaker = new CircuitBreaker(settings.BreakAfter, settings.BreakFor, time, Chance.Next);
        invoker = new HttpMessageInvoker(handlers.Create(DestinationTrust.Configured, settings.Pins, settings.ConnectTimeout, settings.RevocationList is { } list ? new UpstreamRevocations(list, time) : null));
    }

    /// <summary>How the server is doing, for operators.</summary>
    public string State => breaker.State;

    /// <summary>Where the circuit breaker is.</summary>
    internal Resilience.CircuitState Circuit => breaker.Circuit;

    /// <inheritdoc />
    public async ValueTask<IUpstreamReply> SendAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var mayRenew = server.Stateless;
        for (var attempt = 1; ; attempt++)
        {
            var session = CurrentSession(exchange);
            try
            {
                return await SendGuardedAsync(exchange, session, cancellation).ConfigureAwait(false);
            }
            catch (RefusalException e) when (e.Refusal.Reason == Reasons.SessionUnknown && mayRenew)
            {
                mayRenew = false; // once
                if (!await RenewAsync(exchange, session, cancellation).ConfigureAwait(false)) throw;
            }
            catch (RefusalException e) when (attempt <= settings.Retries && RetryRule.MayRepeat(exchange, e))
            {
                if (RetryRule.Wait(attempt, e.Refusal.RetryAfter, Chance.Next()) is not { } wait) throw;
                await Task.Delay(wait, time, cancellation).ConfigureAwait(false);
            }

            exchange.Record.UpstreamMessages++;
        }
    }

    /// <inheritdoc />
    public async ValueTask AbandonAsync(Exchange exchange, Refusal why)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(why);
        if (why.Reason == Reasons.UpstreamTimeout) Note(exchange, ServerFailure.OfExchange);
        // In the modern era the closed connection has said it; the handshake is never cancelled (MCP 2025-11-25, cancellation).
        if (exchange.IsModern || exchange.Message is not { Kind: MessageKind.Request, Method: not "initialize" } request) return;
        var parameters = Encoding.UTF8.GetBytes($"{{\"requestId\":{Encoding.UTF8.GetString(request.Id.Raw.Span)},\"reason\":\"deadline\"}}");
        var buffer = new ArrayBufferWriter<byte>();
        JsonRpcWriter.WriteNotification(buffer, "notifications/cancelled", parameters);
        using var patience = new CancellationTokenSource(FarewellPatience, time);
        try
        {
            await PostAsync(exchange, buffer.WrittenMemory, patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RefusalException or OperationCanceledException or ObjectDisposedException)
        {
            // It cannot be told; its answer reaches nobody in any case.
        }
    }

    /// <summary>The session has ended: what was begun in its place is forgotten.</summary>
    public void Forget(string upstreamId) => renewed.Forget(upstreamId);

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        invoker.Dispose();
        renewed.Dispose();
        return ValueTask.CompletedTask;
    }

    internal ServerSettings Server => server;

    internal ByteBudget Budget { get; }

    internal TimeProvider Time => time;

    /// <summary>Posts a message of our own within the exchange's session; the answer is not awaited beyond its status.</summary>
    internal async ValueTask PostAsync(Exchange exchange, ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        using var response = await SendOnceAsync(NewPost(exchange, message, CurrentSession(exchange)), cancellation).ConfigureAwait(false);
    }

    private async ValueTask<IUpstreamReply> SendGuardedAsync(Exchange exchange, string? session, CancellationToken cancellation)
    {
        if (!breaker.TryEnter(out var wait, out var mustAsk)) throw Resting(wait);
        // Goes on without this caller, who may leave: the breaker waits for its outcome.
        if (mustAsk && !await AskAsync(exchange.Snapshot).WaitAsync(cancellation).ConfigureAwait(false)) throw Resting(breaker.Wait);
        try
        {
            return await SendAsync(exchange, session, cancellation).ConfigureAwait(false);
        }
        catch (RefusalException e)
        {
            Note(exchange, ServerFailures.Of(e));
            throw;
        }
    }

    private RefusalException Resting(TimeSpan wait) => new(new Refusal(Reasons.UpstreamResting, breaker.State) { RetryAfter = wait });

    private void Note(Exchange exchange, ServerFailure failure)
    {
        // The gateway's own questions say nothing that counts: whoever makes it ask, a caller without any right too, would choose when the
        // breaker opens for all. What the breaker itself asks has an outcome of its own.
        if (failure == ServerFailure.None || exchange.Partition is null) return;
        if (breaker.Failed(failure == ServerFailure.OfConnection ? null : exchange.Partition)) _ = AskAsync(exchange.Snapshot);
    }

    // Any answer will do, also a refusal: what counts is that somebody is there. No caller shapes a byte of it.
    private async Task<bool> AskAsync(GatewaySnapshot snapshot)
    {
        var answered = false;
        using var patience = new CancellationTokenSource(AskPatience, time);
        try
        {
            var question = GatewayQuestion.Modern(snapshot, server, "server/discover", default, time);
            using var request = NewRequest(question, null);
            using var response = await SendOnceAsync(request, patience.Token).ConfigureAwait(false);
            answered = !ServerFailures.IsUnavailable(response.StatusCode);
        }
        catch (Exception e) when (e is RefusalException or OperationCanceledException or ObjectDisposedException)
        {
            // It does not answer.
        }
        finally
        {
            breaker.Asked(answered);
        }

        return answered;
    }

    private async ValueTask<IUpstreamReply> SendAsync(Exchange exchange, string? session, CancellationToken cancellation)
    {
        var response = await SendOnceAsync(NewRequest(exchange, session), cancellation).ConfigureAwait(false);
        try
        {
            if (ServerFailures.IsUnavailable(response.StatusCode)) Note(exchange, ServerFailure.OfExchange);
            else breaker.Succeeded();
            return await HttpUpstreamReply.OpenAsync(this, exchange, response, cancellation).ConfigureAwait(false);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async ValueTask<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            return await invoker.SendAsync(request, cancellation).ConfigureAwait(false);
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

    private string? CurrentSession(Exchange exchange) =>
        exchange.Session?.UpstreamId is { Length: > 0 } id ? renewed.Current(id) : null;

    // A stream that is resumed, and the end of a session, mean the very session that is gone.
    private async ValueTask<bool> RenewAsync(Exchange exchange, string? gone, CancellationToken cancellation)
    {
        if (gone is null || exchange.Resume is not null || exchange.Head.Verb == "DELETE") return false;
        return await renewed.RenewAsync(exchange.Session!.UpstreamId!, gone, token => BeginAsync(exchange, token), cancellation).ConfigureAwait(false);
    }

    private async ValueTask<string?> BeginAsync(Exchange exchange, CancellationToken cancellation)
    {
        var session = exchange.Session!;
        var question = GatewayQuestion.Initialize(exchange.Snapshot, server, session.Revision, session.Capabilities, time);
        var reply = await SendAsync(question, null, cancellation).ConfigureAwait(false);
        await using (reply.ConfigureAwait(false))
        {
            ProvenMessage? answer = null;
            while (answer is null && await reply.NextAsync(cancellation).ConfigureAwait(false) is { } item)
                answer = item.Message is { Kind: MessageKind.Result or MessageKind.Error } final ? final : null;
            // Another revision than the client agreed on would be another conversation.
            if (answer is not { Kind: MessageKind.Result } || answer.Text(Slot.ResultProtocolVersion) != session.Revision.Text || reply.SessionId is not { Length: > 0 } id) return null;
            var buffer = new ArrayBufferWriter<byte>();
            JsonRpcWriter.WriteNotification(buffer, "notifications/initialized");
            using var response = await SendOnceAsync(NewPost(exchange, buffer.WrittenMemory, id), cancellation).ConfigureAwait(false);
            return id;
        }
    }

    private HttpRequestMessage NewRequest(Exchange exchange, string? session) => exchange.Message is { } message
        ? NewPost(exchange, message.Bytes, session)
        : NewHeadOnly(exchange, session);

    private HttpRequestMessage NewHeadOnly(Exchange exchange, string? session) =>
        Complete(new HttpRequestMessage(exchange.Head.Verb == "DELETE" ? HttpMethod.Delete : HttpMethod.Get, settings.Url), exchange, session);

    private HttpRequestMessage NewPost(Exchange exchange, ReadOnlyMemory<byte> message, string? session)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, settings.Url) { Content = new ReadOnlyMemoryContent(message) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        return Complete(request, exchange, session);
    }

    private HttpRequestMessage Complete(HttpRequestMessage request, Exchange exchange, string? session)
    {
        if (settings.Url.Scheme == Uri.UriSchemeHttps)
        {
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        }

        OutgoingHeaders.Write(request, exchange, settings, session);
        if (settings.Credential is { } credential)
            request.Headers.TryAddWithoutValidation(credential.Header, secrets.HeaderValue(credential));
        return request;
    }
}
