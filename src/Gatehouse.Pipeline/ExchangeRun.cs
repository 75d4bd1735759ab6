using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Relaying;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline;

/// <summary>One exchange while the pipeline runs it: with its reply, its lifetime and its place among those in progress.</summary>
/// <param name="exchange">The exchange.</param>
/// <param name="reply">The client's side.</param>
/// <param name="time">The clock.</param>
/// <param name="fault">Receives the id of the exchange and an exception from the code that the end of the exchange calls.</param>
/// <param name="clientGone">Signalled when the client closed its connection.</param>
internal sealed class ExchangeRun(Exchange exchange, IReply reply, TimeProvider time, Action<string, Exception> fault, CancellationToken clientGone)
    : IDisposable
{
    // Proxies close a connection that was silent for a minute.
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    // A client that set its time limit so extends it by progress. Limits of less than this are rare.
    private static readonly TimeSpan ProgressPace = TimeSpan.FromSeconds(10);

    private static readonly Task<bool> Never = new TaskCompletionSource<bool>().Task;

    private IExchangeLease? place;
    private InFlightRequest inFlight;
    private bool wasHeld;

    public Exchange Exchange => exchange;

    public IReply Reply => reply;

    /// <summary>The lifetime of the exchange.</summary>
    public ExchangeLifetime Life { get; } = new(time, exchange.Record.Id, fault, clientGone);

    /// <summary>Signalled when the exchange ends.</summary>
    public CancellationToken Token => Life.Token;

    /// <summary>True for an exchange without an end of its own: a client that listens.</summary>
    public bool IsStream => exchange.Message is null ? exchange.Intent == ExchangeIntent.Listen : exchange.Message.Method == "subscriptions/listen";

    /// <summary>The place at the server; null before the exchange has one, and for a stream.</summary>
    public IDisposable? Turn { get; set; }

    /// <summary>Adds the exchange to those in progress, before the first stage.</summary>
    /// <exception cref="RefusalException">The connection has too many exchanges without a known caller.</exception>
    public void Enter(IExchangeRegistry registry) => place = registry.Enter(exchange, Life);

    /// <summary>Sets the deadline of a request: the server is known.</summary>
    public void OnAccepted() => SetDeadline(tool: null);

    /// <summary>Takes a place of the caller, who is known, before the first byte of the body.</summary>
    /// <exception cref="RefusalException">The caller has too many exchanges in progress.</exception>
    public void OnAuthenticated() => place!.Claim(IsStream);

    /// <summary>Applies the message, which is known: whether it opens a stream, and the deadline of the tool that it calls.</summary>
    /// <exception cref="RefusalException">The caller has too many streams.</exception>
    public void OnValidated()
    {
        if (IsStream) place!.BecomeStream();
        SetDeadline(exchange.Message?.Method == "tools/call" ? exchange.Record.Name : null);
    }

    /// <summary>
    /// Applies the revision, which is known. In the modern era, closing the connection cancels (T28); in the legacy era it closes a stream and
    /// cancels no request (L13).
    /// </summary>
    public void OnSessionKnown()
    {
        if (!exchange.IsModern && !IsStream) Life.OutliveClient();
    }

    /// <summary>Marks the session as used by the exchange, and its request as in flight, until <see cref="LeaveServer"/>.</summary>
    /// <exception cref="RefusalException"><see cref="Reasons.DuplicateId"/>.</exception>
    public void BeginRequest() => inFlight = InFlightRequest.Begin(exchange);

    /// <summary>Returns the place at the server, and ends what <see cref="BeginRequest"/> began.</summary>
    public void LeaveServer()
    {
        Turn?.Dispose();
        inFlight.Dispose();
    }

    /// <summary>Tells whether the exchange waited for a verdict and the snapshot in force differs from the one that it began with.</summary>
    public bool WasHeldOver(GatewaySnapshot newest) => wasHeld && newest.Generation != exchange.Snapshot.Generation;

    /// <summary>
    /// Holds the exchange until the verdict arrives. Every cause that ends exchanges still finds it, and its client's connection is kept alive. The
    /// code that determines the verdict may not notice that the exchange ended: the end does not wait for it.
    /// </summary>
    /// <param name="judging">The verdict.</param>
    /// <param name="isApproval">True where a person is waited for: a client that asked for progress gets it.</param>
    /// <exception cref="OperationCanceledException">The exchange ended first.</exception>
    public async ValueTask<StageOutcome> HoldAsync(Task<StageOutcome> judging, bool isApproval = false)
    {
        using var held = BeginHold();
        var isKeptAlive = exchange.Message is { Kind: MessageKind.Request, Method: not "initialize" }; // its answer needs a header for the session
        var progress = isApproval && isKeptAlive ? HeldProgress.Of(exchange) : null;
        var pace = !isKeptAlive ? Timeout.InfiniteTimeSpan : progress is null ? KeepAlive : ProgressPace;
        while (!judging.IsCompleted)
        {
            var pause = Task.Delay(pace, time, Token);
            var message = isApproval ? exchange.Questions.ToClient.WaitAsync(Token) : Never;
            var first = await Task.WhenAny(judging, message, pause).ConfigureAwait(false);
            if (first == judging) break;
            if (Token.IsCancellationRequested) Forget(judging);
            Token.ThrowIfCancellationRequested();
            if (first == message)
            {
                await exchange.Questions.ToClient.SendWaitingAsync(SendAsync).ConfigureAwait(false);
                continue;
            }

            if (progress is null) await reply.KeepAliveAsync(exchange, Token).ConfigureAwait(false);
            else await progress.SendAsync(reply, Token).ConfigureAwait(false);
        }

        Life.IsHeld = false;
        return await judging.ConfigureAwait(false);
    }

    public void Dispose()
    {
        place?.Dispose();
        Life.Dispose();
    }

    private async ValueTask SendAsync(ValidatedMessage message)
    {
        await reply.OpenStreamAsync(exchange, Token).ConfigureAwait(false);
        await reply.SendEventAsync(exchange, new UpstreamEvent(message), Token).ConfigureAwait(false);
    }

    private IDisposable BeginHold()
    {
        wasHeld = true;
        // A client's later messages do not wait for a person. The messages after a handshake need the session that it begins.
        if (exchange.Message?.Method != "initialize") exchange.Source?.LetOthersPass();
        Life.IsHeld = true;
        return place!.Hold();
    }

    // A later exception is observed, so that it is not reported as unobserved.
    private static void Forget(Task judging) =>
        judging.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    private void SetDeadline(string? tool)
    {
        if (!Life.TrySetLimit(IsStream ? null : exchange.Server.DeadlineOf(tool), out var due)) return;
        place!.SetDeadline(due);
        exchange.Deadline = due is { } moment ? time.GetUtcNow() + time.GetElapsedTime(time.GetTimestamp(), moment) : null;
    }
}
