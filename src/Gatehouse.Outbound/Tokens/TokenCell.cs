namespace Gatehouse.Outbound.Tokens;

/// <summary>
/// One token that is kept in memory until its end, and renewed before it. One request is in progress at a time, for all that wait for it. Safe for
/// concurrent use.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class TokenCell(TimeProvider time)
{
    /// <summary>Time after a fault until the next request: 1 s, or longer where the issuer asks for it.</summary>
    public static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(1);

    /// <summary>Time after a token was dropped in which no further one is: a server that refuses every token costs its issuer one a minute.</summary>
    public static readonly TimeSpan BetweenDrops = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private volatile IssuedToken? held;
    private Task<IssuedToken>? pending;
    private TokenFaultException? fault;
    private DateTimeOffset droppedAt = DateTimeOffset.MinValue;
    private DateTimeOffset pausedUntil = DateTimeOffset.MinValue;

    /// <summary>The token in use; null before the first.</summary>
    public IssuedToken? Held => held;

    /// <summary>The fault of the last request; null after a success.</summary>
    public TokenFaultException? LastFault
    {
        get
        {
            lock (gate) return fault;
        }
    }

    /// <summary>Returns the token. A caller that goes away does not end the request, whose answer belongs to all.</summary>
    /// <param name="request">Requests a token. It is bounded in time by itself.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="TokenFaultException">The issuer gives no token.</exception>
    public ValueTask<IssuedToken> GetAsync(Func<Task<IssuedToken>> request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var now = time.GetUtcNow();
        if (held is { } fresh && now < fresh.RenewAt) return ValueTask.FromResult(fresh);
        Task<IssuedToken> task;
        lock (gate)
        {
            if (pending is null && now >= pausedUntil) pending = RunAsync(request);
            if (held is { } good && now < good.Until) return ValueTask.FromResult(good);
            if (pending is null) throw fault!;
            task = pending;
        }

        return new ValueTask<IssuedToken>(task.WaitAsync(cancellation));
    }

    /// <summary>Forgets a token that its server refused before its end.</summary>
    /// <returns>False when another one was dropped within <see cref="BetweenDrops"/>: then the token is kept.</returns>
    public bool Drop(IssuedToken token)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            if (!ReferenceEquals(held, token)) return true;
            if (now - droppedAt < BetweenDrops) return false;
            (held, droppedAt) = (null, now);
            return true;
        }
    }

    private async Task<IssuedToken> RunAsync(Func<Task<IssuedToken>> request)
    {
        await Task.Yield(); // out of the lock
        try
        {
            var token = await request().ConfigureAwait(false);
            lock (gate) (held, fault, pending) = (token, null, null);
            return token;
        }
        catch (Exception e)
        {
            var known = e as TokenFaultException ?? new TokenFaultException(TokenFaultKind.Configuration, $"no token could be requested: {e.GetType().Name}");
            var pause = known.Pause is { } asked && asked > AfterFault ? asked : AfterFault;
            lock (gate) (fault, pausedUntil, pending) = (known, time.GetUtcNow() + pause, null);
            throw ReferenceEquals(known, e) ? e : known;
        }
    }
}
