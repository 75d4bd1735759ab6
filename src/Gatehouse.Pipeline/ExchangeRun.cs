using Gatehouse.Pipeline.Relaying;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline;

/// <summary>One exchange while the pipeline runs it: with its reply, its life and its place among those under way.</summary>
/// <param name="exchange">The exchange.</param>
/// <param name="reply">The client's side.</param>
/// <param name="time">The clock.</param>
/// <param name="fault">Gets the id of the exchange and an exception of what the end of the exchange calls.</param>
/// <param name="clientGone">Signalled when the client closed its connection.</param>
internal sealed class ExchangeRun(Exchange exchange, IReply reply, TimeProvider time, Action<string, Exception> fault, CancellationToken clientGone)
    : IDisposable
{
    // Proxies close a connection that was silent for a minute.
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    private IExchangeLease? place;
    private bool wasHeld;

    public Exchange Exchange => exchange;

    public IReply Reply => reply;

    /// <summary>What may end the exchange.</summary>
    public ExchangeLifetime Life { get; } = new(time, exchange.Record.Id, fault, clientGone);

    /// <summary>Signalled when the exchange ends.</summary>
    public CancellationToken Token => Life.Token;

    /// <summary>True for an exchange without an end of its own: a client that listens.</summary>
    public bool IsStream => exchange.Message is null ? exchange.Intent == ExchangeIntent.Listen : exchange.Message.Method == "subscriptions/listen";

    /// <summary>Before the first stage: the exchange is among those under way.</summary>
    /// <exception cref="RefusalException">The connection has too many without a known caller.</exception>
    public void Enter(IExchangeRegistry registry) => place = registry.Enter(exchange, Life.End);

    /// <summary>The server is known, and with it the deadline of a request.</summary>
    public void OnAccepted() => SetDeadline(tool: null);

    /// <summary>The caller is known, before the first byte of the body: the exchange takes the caller's place.</summary>
    /// <exception cref="RefusalException">The caller has too many under way.</exception>
    public void OnAuthenticated() => place!.Claim(IsStream);

    /// <summary>The message is known: whether it opens a stream, and the deadline of the tool that it calls.</summary>
    /// <exception cref="RefusalException">The caller has too many streams.</exception>
    public void OnValidated()
    {
        if (IsStream) place!.BecomeStream();
        SetDeadline(exchange.Message?.Method == "tools/call" ? exchange.Record.Name : null);
    }

    /// <summary>
    /// The revision is settled. In the modern era closing the connection cancels (T28); in the legacy era it closes a stream and cancels no
    /// request (L13).
    /// </summary>
    public void OnSessionKnown()
    {
        if (!exchange.IsModern && !IsStream) Life.OutliveClient();
    }

    /// <summary>True when the exchange waited for a verdict and the snapshot in force is another than the one that it began with.</summary>
    public bool WasHeldOver(GatewaySnapshot newest) => wasHeld && newest.Generation != exchange.Snapshot.Generation;

    /// <summary>
    /// Holds the exchange until the verdict is there. It stays where everything that ends exchanges finds it, and its client's connection is
    /// kept alive. The part that makes the verdict may not notice that the exchange ended: the end does not wait for it.
    /// </summary>
    /// <exception cref="OperationCanceledException">The exchange ended first.</exception>
    public async ValueTask<StageOutcome> HoldAsync(Task<StageOutcome> judging)
    {
        using var held = BeginHold();
        var isKeptAlive = exchange.Message is { Kind: MessageKind.Request, Method: not "initialize" }; // its answer needs a header for the session
        while (!judging.IsCompleted)
        {
            var pause = Task.Delay(isKeptAlive ? KeepAlive : Timeout.InfiniteTimeSpan, time, Token);
            if (await Task.WhenAny(judging, pause).ConfigureAwait(false) == judging) break;
            if (Token.IsCancellationRequested) Forget(judging);
            Token.ThrowIfCancellationRequested();
            await reply.KeepAliveAsync(exchange, Token).ConfigureAwait(false);
        }

        Life.IsHeld = false;
        return await judging.ConfigureAwait(false);
    }

    public void Dispose()
    {
        place?.Dispose();
        Life.Dispose();
    }

    private IDisposable BeginHold()
    {
        wasHeld = true;
        // A client's later messages do not wait for a person. What follows a handshake needs the session that it begins.
        if (exchange.Message?.Method != "initialize") exchange.Source?.LetOthersPass();
        Life.IsHeld = true;
        return place!.Hold();
    }

    // An exception that comes later is observed, so that it is not reported as unobserved.
    private static void Forget(Task judging) =>
        judging.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    private void SetDeadline(string? tool)
    {
        if (Life.TrySetDeadline(IsStream ? null : exchange.Server.DeadlineOf(tool), out var due)) exchange.Deadline = due;
    }
}
