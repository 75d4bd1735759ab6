using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline;

/// <summary>
/// The lifetime of an exchange, which its deadline, a silent server, the client's departure or the gateway itself may end. It begins with the
/// exchange, before any of it is examined.
/// </summary>
internal sealed class ExchangeLifetime : IExchangeLife, IDisposable
{
    private const string IdleLimit = "limits.idle";

    private readonly TimeProvider time;
    private readonly long began;
    private readonly CancellationTokenSource source = new();
    private readonly CancellationTokenRegistration client;
    private readonly CancellationToken clientGone;
    private readonly Action<string, Exception> fault;
    private readonly string id;
    private ITimer? silence;
    private bool followsClient = true;
    private TimeSpan? limit;
    private volatile string? expected;
    private volatile string? silent;
    private volatile bool isAnsweredElsewhere;
    private int end = -1;

    /// <summary>Begins the lifetime of an exchange. It ends when the client leaves, unless <see cref="OutliveClient"/> was called.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="id">Id of the exchange.</param>
    /// <param name="fault">Receives the id and an exception from the code that the end of the exchange calls.</param>
    /// <param name="clientGone">Signalled when the client closed its connection.</param>
    public ExchangeLifetime(TimeProvider time, string id, Action<string, Exception> fault, CancellationToken clientGone)
    {
        this.time = time;
        this.fault = fault;
        this.id = id;
        this.clientGone = clientGone;
        began = time.GetTimestamp();
        client = clientGone.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), source);
    }

    /// <summary>Signalled when the exchange ends.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>True once the server may have received the message.</summary>
    public bool HasSent { get; set; }

    /// <summary>True while the exchange waits for a verdict.</summary>
    public bool IsHeld { get; set; }

    /// <summary>True once a containment ended the exchange. Its process may have been killed with it, which is then not the cause.</summary>
    public bool IsContained => Volatile.Read(ref end) == (int)ExchangeEnd.Contained;

    /// <summary>
    /// Stores the hard limit of a request (H33), counted from the beginning. Progress does not extend it. The caller passes the timestamp to
    /// <see cref="IExchangeLease.SetDeadline"/>, which ends the exchange.
    /// </summary>
    /// <param name="hardLimit">The limit; null for a stream, which has none.</param>
    /// <param name="due">Timestamp of the deadline; null for a stream, and when nothing changed.</param>
    /// <returns>False when the limit equals the previous one, since the deadline of most tools is that of their server.</returns>
    public bool TrySetLimit(TimeSpan? hardLimit, out long? due)
    {
        due = null;
        if (hardLimit == limit) return false;
        limit = hardLimit;
        if (hardLimit is { } span) due = time.After(began, span);
        return true;
    }

    /// <summary>Lets the exchange continue when the client leaves: in the legacy era, closing a connection does not cancel (L13).</summary>
    public void OutliveClient()
    {
        client.Dispose();
        followsClient = false;
    }

    /// <summary>
    /// Requires a message of the server within the time from now, or the exchange ends; an earlier expectation is replaced. It never moves the
    /// deadline.
    /// </summary>
    /// <param name="within">The time; zero requires nothing.</param>
    /// <param name="name">The setting, for the event.</param>
    public void Expect(TimeSpan within, string name = "")
    {
        if (limit is null || (within == TimeSpan.Zero && silence is null)) return;
        var due = within == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : within;
        expected = name;
        if (silence is null)
            silence = GuardedTimer.Start(time, this, static life => life.EndSilence(), static (life, e) => life.fault(life.id, e), due,
                Timeout.InfiniteTimeSpan);
        else silence.Change(due, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Restarts the time for the next message of the server, since one came on another stream of the request. It changes nothing while no message is
    /// required.
    /// </summary>
    public void ExpectAgain(TimeSpan idle)
    {
        if (expected == IdleLimit && idle > TimeSpan.Zero) silence?.Change(idle, Timeout.InfiniteTimeSpan);
    }

    /// <summary>True once the answer came on another stream of the request, which ended the exchange.</summary>
    public bool IsAnsweredElsewhere => isAnsweredElsewhere;

    /// <summary>Tells whether the gateway gave up, so that the server may still work on the request.</summary>
    public bool LeavesServerWaiting(Refusal why) =>
        HasSent && limit is not null
            && (why.Reason == Reasons.UpstreamTimeout || why.Reason == Reasons.RightWithdrawn || why.Reason == Reasons.Contained);

    /// <summary>
    /// Records a message of the server. No further message is required while the client receives this one; after that the next one is required within
    /// the time.
    /// </summary>
    public Heard Hear(TimeSpan idle)
    {
        Expect(TimeSpan.Zero);
        return new Heard(this, idle);
    }

    /// <inheritdoc />
    public void End(ExchangeEnd why)
    {
        Interlocked.CompareExchange(ref end, (int)why, -1);
        Cancel();
    }

    /// <inheritdoc />
    public void EndByDeadline() => Cancel();

    /// <summary>Ends the exchange, since the answer came on another stream of the request. It is no failure of any party.</summary>
    public void EndAnsweredElsewhere()
    {
        isAnsweredElsewhere = true;
        Cancel();
    }

    /// <summary>Ends the wait for the server. The code that waits knows the cause.</summary>
    public void EndWait() => Cancel();

    /// <summary>Returns the refusal for a cancelled exchange; null when the client itself left, or the answer came on another stream.</summary>
    public Refusal? WhyEnded()
    {
        if (isAnsweredElsewhere) return null;
        if (Volatile.Read(ref end) is >= 0 and var why) return RefusalFor((ExchangeEnd)why);
        if (silent is { } name) return new Refusal(Reasons.UpstreamTimeout, name);
        // A client that leaves ends only an exchange that still follows it. Its absence must not hide a deadline of the legacy era.
        var clientEnded = followsClient && clientGone.IsCancellationRequested;
        if (!clientEnded && limit is not null && source.IsCancellationRequested)
            return new Refusal(IsHeld ? Reasons.ApprovalTimeout : Reasons.UpstreamTimeout, "deadline");
        return clientGone.IsCancellationRequested ? null : new Refusal(Reasons.UpstreamEnded, "cancelled");
    }

    public void Dispose()
    {
        client.Dispose(); // waits for a cancellation in progress, so that it never uses a disposed source
        silence?.Dispose();
        source.Dispose();
    }

    private static Refusal RefusalFor(ExchangeEnd why) => why switch
    {
        ExchangeEnd.Draining => new Refusal(Reasons.Draining),
        ExchangeEnd.TakenBack => Refusal.TakenBack,
        ExchangeEnd.Contained => new Refusal(Reasons.Contained),
        _ => new Refusal(Reasons.RightWithdrawn),
    };

    private void EndSilence()
    {
        silent = expected;
        Cancel();
    }

    private void Cancel()
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended in the same moment.
        }
    }

    /// <summary>The time in which the client receives the server's message.</summary>
    internal readonly struct Heard(ExchangeLifetime life, TimeSpan idle) : IDisposable
    {
        public void Dispose() => life.Expect(idle, IdleLimit);
    }
}
