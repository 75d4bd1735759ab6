using System.Buffers;
using System.Net;
using System.Text;
using Gatehouse.Audit;
using Gatehouse.Diagnostics;
using Gatehouse.Outbound;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Inspection;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Policy;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Framing;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Gatehouse.Upstreams.Resilience;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Upstreams;

/// <summary>
/// A server that is reached by Streamable HTTP. It sends the validated bytes unchanged and reads the answer message by message. It retries only
/// requests that cannot have acted, and its circuit breaker pauses requests to a failing server (EX-04).
/// </summary>
public sealed class HttpUpstream : IUpstream
{
    // Time limit for the notification that no client waits any more.
    private static readonly TimeSpan FarewellPatience = TimeSpan.FromSeconds(1);

    // Time limit for the answer to the gateway's own probe.
    private static readonly TimeSpan AskPatience = TimeSpan.FromSeconds(5);

    private readonly ServerSettings server;
    private readonly HttpUpstreamSettings settings;
    private readonly ServerClient client;
    private readonly IUpstreamCredentials credentials;
    private readonly TimeProvider time;
    private readonly FailedCalls failed;
    private readonly CircuitBreaker breaker;
    private readonly ReestablishedSessions renewed = new();

    /// <summary>Creates the upstream with clients of its own.</summary>
    public HttpUpstream(ServerSettings server, OutboundHandlers handlers, IUpstreamCredentials credentials, ByteBudget budget, TimeProvider time)
        : this(server, handlers, credentials, budget, time, null)
    {
    }

    internal HttpUpstream(
        ServerSettings server, OutboundHandlers handlers, IUpstreamCredentials credentials, ByteBudget budget, TimeProvider time,
        HttpMessageHandler? inProcess)
    {
        Budget = budget;
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(handlers);
        this.server = server;
        this.credentials = credentials;
        this.time = time;
        AnswerLimits = ResponseLimits.For(server.ResponseBytes);
        settings = server.Http ?? throw new ArgumentException("not an HTTP server", nameof(server));
        failed = new FailedCalls(time);
        breaker = new CircuitBreaker(settings.BreakAfter, settings.BreakFor, time, Jitter.Next) { Changed = Report };
        client = new ServerClient(settings, handlers, time, inProcess);
    }

    /// <summary>Receives events for the operator.</summary>
    public ILogger Log { get; init; } = NullLogger.Instance;

    /// <summary>Receives uses of credentials that belong to no exchange.</summary>
    internal ICredentialUses Uses { get; init; } = NoCredentialUses.Instance;

    /// <summary>State of the server, for operators.</summary>
    public string State => failed.Words is { } words
        ? $"{(breaker.State is CircuitBreaker.NotCalled ? "no answer yet" : breaker.State)}; {words}" : breaker.State;

    /// <summary>State of the circuit breaker.</summary>
    internal Resilience.CircuitState Circuit => breaker.Circuit;

    /// <inheritdoc />
    public async ValueTask<IUpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            var reply = await SendRepeatedAsync(request, cancellation).ConfigureAwait(false);
            if (request.Partition is not null) failed.Clear();
            return reply;
        }
        catch (RefusalException e)
        {
            if (request.Partition is not null && e.Refusal.Visit is null && e.Refusal.Reason != Reasons.UpstreamResting
                && e.Refusal.Reason != Reasons.SessionUnknown)
                failed.Add(e.Refusal);
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask AbandonAsync(UpstreamRequest request, Refusal why)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(why);
        if (why.Reason == Reasons.UpstreamTimeout)
        {
            failed.Add(why);
            Note(request, ServerFailure.OfExchange);
        }

        // In the modern era the closed connection already says it. The handshake is never cancelled (MCP 2025-11-25, cancellation).
        if (request.IsModern || request.Message is not { Kind: MessageKind.Request, Method: not "initialize" } message) return;
        var parameters = Encoding.UTF8.GetBytes($"{{\"requestId\":{Encoding.UTF8.GetString(message.Id.Raw.Span)},\"reason\":\"deadline\"}}");
        var buffer = new ArrayBufferWriter<byte>();
        JsonRpcWriter.WriteNotification(buffer, "notifications/cancelled", parameters);
        using var patience = new CancellationTokenSource(FarewellPatience, time);
        try
        {
            await PostAsync(request, buffer.WrittenMemory, patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RefusalException or OperationCanceledException or ObjectDisposedException)
        {
            // The server cannot be notified. Its answer reaches no client in any case.
        }
    }

    /// <summary>Removes the replacement of a session that has ended.</summary>
    public void Forget(string upstreamId) => renewed.Forget(upstreamId);

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    internal ServerSettings Server => server;

    internal ByteBudget Budget { get; }

    /// <summary>The limits that its answers are validated with.</summary>
    internal MessageLimits AnswerLimits { get; }

    internal TimeProvider Time => time;

    /// <summary>Posts a message of the gateway within the request's session; the answer is not awaited beyond its status.</summary>
    internal async ValueTask PostAsync(UpstreamRequest request, ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        using var response = await PostAsync(request, message, CurrentSession(request), cancellation).ConfigureAwait(false);
    }

    private async ValueTask<IUpstreamReply> SendRepeatedAsync(UpstreamRequest request, CancellationToken cancellation)
    {
        var mayRenew = server.Stateless;
        for (var attempt = 1; ; attempt++)
        {
            var session = CurrentSession(request);
            try
            {
                return await SendGuardedAsync(request, session, cancellation).ConfigureAwait(false);
            }
            catch (RefusalException e) when (e.Refusal.Reason == Reasons.SessionUnknown && mayRenew)
            {
                mayRenew = false; // once
                if (!await RenewAsync(request, session, cancellation).ConfigureAwait(false)) throw;
            }
            catch (RefusalException e) when (attempt <= settings.Retries && RetryRule.MayRepeat(request, e))
            {
                // no client would wait for the answer any more
                if (RetryRule.Wait(attempt, e.Refusal.RetryAfter, Jitter.Next()) is not { } wait || request.Deadline - time.GetUtcNow() <= wait)
                    throw;
                await Task.Delay(wait, time, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<IUpstreamReply> SendGuardedAsync(UpstreamRequest request, string? session, CancellationToken cancellation)
    {
        if (!breaker.TryEnter(out var wait, out var mustAsk)) throw Resting(wait);
        // Continues without this caller, who may leave: the breaker waits for the probe's outcome.
        if (mustAsk && !await AskAsync(request.Limits).WaitAsync(cancellation).ConfigureAwait(false)) throw Resting(breaker.Wait);
        try
        {
            return await SendAsync(request, session, cancellation).ConfigureAwait(false);
        }
        catch (RefusalException e)
        {
            Note(request, ServerFailures.Of(e));
            throw;
        }
    }

    private void Report(TimeSpan? pause)
    {
        if (pause is { } length)
            Log.Write(OperatorEvents.ServerResting, LogValue.Configured(server.Name), (long)Math.Ceiling(length.TotalSeconds));
        else Log.Write(OperatorEvents.ServerAnswering, LogValue.Configured(server.Name));
    }

    private RefusalException Resting(TimeSpan wait) => new(new Refusal(Reasons.UpstreamResting, breaker.State) { RetryAfter = wait });

    private void Note(UpstreamRequest request, ServerFailure failure)
    {
        // The outcome of the gateway's own requests does not count. Otherwise a caller that triggers one, even a caller without any right, would
        // choose when the breaker opens for all. The breaker's own probe reports its outcome separately.
        if (failure == ServerFailure.None || request.Partition is null) return;
        if (breaker.Failed(failure == ServerFailure.OfConnection ? null : request.Partition)) _ = AskAsync(request.Limits);
    }

    // Any answer is enough, also a refusal: it shows that the server answers. No caller shapes a byte of the probe.
    private async Task<bool> AskAsync(LimitSettings limits)
    {
        var answered = false;
        using var patience = new CancellationTokenSource(AskPatience, time);
        try
        {
            var question = GatewayRequests.Modern(limits, server, "server/discover");
            var credential = await ProbeCredentialAsync(question, patience.Token).ConfigureAwait(false);
            using var response = await SendCountedAsync(question, question.Message!.Bytes, null, credential, patience.Token).ConfigureAwait(false);
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

    private async ValueTask<IUpstreamReply> SendAsync(UpstreamRequest request, string? session, CancellationToken cancellation)
    {
        var (response, credential, missing) = await SendWithCredentialAsync(request, session, cancellation).ConfigureAwait(false);
        try
        {
            if (missing is not null && IsRefusal(request, response.StatusCode)) throw missing;
            if (ServerFailures.IsUnavailable(response.StatusCode)) Note(request, ServerFailure.OfExchange);
            else breaker.Succeeded();
            return await HttpUpstreamReply.OpenAsync(this, request, response, credential, missing, cancellation).ConfigureAwait(false);
        }
        catch (RefusalException)
        {
            response.Dispose();
            throw;
        }
        catch
        {
            response.Abort();
            throw;
        }
    }

    // Threat: the answer to a request without a credential tells what the server is for those who have one. Only its results are used. The end of a
    // session and a busy server have reasons of their own.
    private static bool IsRefusal(UpstreamRequest request, HttpStatusCode status) =>
        status is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError and not HttpStatusCode.TooManyRequests
        && (status != HttpStatusCode.NotFound || request.Session is null);

    // A server that refuses its credential did not act. It may have forgotten a token before its end, so a new one is obtained, once.
    private async ValueTask<(OutboundResponse Response, UpstreamCredential? Credential, RefusalException? Missing)> SendWithCredentialAsync(
        UpstreamRequest request, string? session, CancellationToken cancellation)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            var (credential, missing) = await FindCredentialAsync(request, cancellation).ConfigureAwait(false);
            request.SendingBy(this);
            var response = await SendCountedAsync(request, request.Message?.Bytes, session, credential, cancellation).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.Unauthorized || credential is null) return (response, credential, missing);
            try
            {
                if (!credentials.MayRenew(CredentialHolder(request), server, credential, response.Field(HttpUpstreamReply.Challenge)) || !isFirst)
                    return (response, credential, missing);
            }
            catch
            {
                response.Dispose();
                throw;
            }

            response.Dispose();
        }
    }

    private async ValueTask<OutboundResponse> PostAsync(
        UpstreamRequest request, ReadOnlyMemory<byte> message, string? session, CancellationToken cancellation)
    {
        var credential = await CredentialAsync(request, cancellation).ConfigureAwait(false);
        return await SendCountedAsync(request, message, session, credential, cancellation).ConfigureAwait(false);
    }

    private ValueTask<OutboundResponse> SendCountedAsync(
        UpstreamRequest request, ReadOnlyMemory<byte>? message, string? session, UpstreamCredential? credential, CancellationToken cancellation) =>
        credential?.Use is { } use
            ? SendUsingAsync(request, message, session, credential, use, cancellation)
            : client.SendAsync(request, message, session, credential, cancellation);

    // Each request that leaves with a credential is on record, also one whose answer does not arrive.
    private async ValueTask<OutboundResponse> SendUsingAsync(
        UpstreamRequest request, ReadOnlyMemory<byte>? message, string? session, UpstreamCredential credential, CredentialUse use,
        CancellationToken cancellation)
    {
        var hasLeft = true;
        try
        {
            return await client.SendAsync(request, message, session, credential, cancellation).ConfigureAwait(false);
        }
        catch (RefusalException fault)
        {
            hasLeft = ServerFailures.Of(fault) == ServerFailure.OfExchange;
            throw;
        }
        finally
        {
            if (hasLeft && request.Record?.TryCountUse(use) != true)
                Uses.Note(new OutsideUse(use, OutsideUse.OfServer, server.Name, request.Caller ?? request.OnBehalfOf, request.Record?.Id));
        }
    }

    private string? CurrentSession(UpstreamRequest request) =>
        request.Session?.Id is { Length: > 0 } id ? renewed.Current(id) : null;

    // A resumed stream, and the end of a session, refer to exactly the session that is gone.
    private async ValueTask<bool> RenewAsync(UpstreamRequest request, string? gone, CancellationToken cancellation)
    {
        if (gone is null || request.Resume is not null || request.Intent == ExchangeIntent.EndSession) return false;
        return await renewed.RenewAsync(request.Session!.Value.Id!, gone, token => BeginAsync(request, token), cancellation).ConfigureAwait(false);
    }

    private async ValueTask<string?> BeginAsync(UpstreamRequest request, CancellationToken cancellation)
    {
        var session = request.Session!.Value;
        var question = request.Derive("initialize", GatewayRequests.InitializeParameters(session.Revision, session.Capabilities), inSession: false);
        var reply = await SendAsync(question, null, cancellation).ConfigureAwait(false);
        await using (reply.ConfigureAwait(false))
        {
            ValidatedMessage? answer = null;
            while (answer is null && await reply.NextAsync(cancellation).ConfigureAwait(false) is { } item)
                answer = item.Message is { Kind: MessageKind.Result or MessageKind.Error } final ? final : null;
            // Another revision than the client agreed on would be another conversation.
            if (answer is not { Kind: MessageKind.Result } || answer.Text(EnvelopeMember.ResultProtocolVersion) != session.Revision.Text
                || reply.SessionId is not { Length: > 0 } id) return null;
            var buffer = new ArrayBufferWriter<byte>();
            JsonRpcWriter.WriteNotification(buffer, "notifications/initialized");
            using var response = await PostAsync(request, buffer.WrittenMemory, id, cancellation).ConfigureAwait(false);
            return id;
        }
    }

    // A source may have credentials only for callers. Its refusal of the gateway says nothing about the server, so it must not keep callers away. The
    // probe is then sent without a credential, which takes no right and gives none. A refusal by the server is an answer.
    private async ValueTask<UpstreamCredential?> ProbeCredentialAsync(UpstreamRequest question, CancellationToken cancellation)
    {
        try
        {
            return await CredentialAsync(question, cancellation).ConfigureAwait(false);
        }
        catch (RefusalException)
        {
            return null;
        }
    }

    // A person without a connection can begin a session and read lists where the server allows it to anyone, so that a call can name the page to
    // visit. Such a request takes no right and gives none. Where the server refuses it, the client gets the reason why the credential is missing.
    private async ValueTask<(UpstreamCredential? Credential, RefusalException? Missing)> FindCredentialAsync(
        UpstreamRequest request, CancellationToken cancellation)
    {
        try
        {
            return (await CredentialAsync(request, cancellation).ConfigureAwait(false), null);
        }
        catch (RefusalException e) when (e.Refusal.Visit is not null && !IsUse(request))
        {
            return (null, e);
        }
    }

    private static bool IsUse(UpstreamRequest request) => request.Message?.Method is not ("initialize" or "notifications/initialized" or "ping"
        or "server/discover" or "tools/list" or "prompts/list" or "resources/list" or "resources/templates/list");

    // Fail closed: without its credential a request would be another request, with other rights. The text of the fault may hold secrets, so only its
    // type is recorded.
    private async ValueTask<UpstreamCredential?> CredentialAsync(UpstreamRequest request, CancellationToken cancellation)
    {
        try
        {
            return await credentials.GetAsync(CredentialHolder(request), server, request.Record?.Id, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not RefusalException && !(e is OperationCanceledException && cancellation.IsCancellationRequested))
        {
            throw new RefusalException(Reasons.CredentialUnavailable, e.GetType().Name, e);
        }
    }

    // The gateway's requests in a caller's session use the credential that the session began with, since a server may bind the two. Outside of
    // sessions the gateway asks for all callers, and no caller's rights decide what the others see.
    // A server whose credential is that of callers has no other one for the gateway.
    private PolicySubject? CredentialHolder(UpstreamRequest request) =>
        request.Caller ?? (request.IsOfASession || settings.IsCredentialOfCaller ? request.OnBehalfOf : null);
}
