using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Issuers;

/// <summary>
/// The keys of an issuer that publishes them: discovered, cached, refreshed in the background, kept through outages. Safe for concurrent use. The
/// first lookup starts the first fetch, unless <see cref="FetchAhead"/> did.
/// </summary>
/// <remarks>
/// Good keys are replaced by good keys only. An unknown <c>kid</c> causes one fetch, shared by everyone who waits for it and
/// limited by <see cref="JwksCacheOptions.ProvokedFetchesPerMinute"/>, of which each address block has a part. After a failure nothing is fetched
/// before the pause is over, but for the first lookup of an outage without keys: the failures before it were seen by no caller. Keys older than
/// <see cref="JwksCacheOptions.StaleLimit"/> serve no more.
/// </remarks>
public sealed class JwksCache : IIssuerKeys, IDisposable
{
    private const double RefreshJitter = 0.2;
    private const double RetryJitter = 0.5;

    private readonly Lock gate = new();
    private readonly IssuerDocuments documents;
    private readonly TimeProvider time;
    private readonly JwksCacheOptions options;
    private readonly Func<double> chance;
    private readonly ProvokedBudget budget;
    private volatile Snapshot? snapshot;
    private volatile string? lastFault;
    private TaskCompletionSource? refresh;
    private ITimer? timer;
    private DateTimeOffset notBefore;
    private int failures;
    private OutageStage reported;
    private bool isEndOwed; // the end of an outage that an earlier cache reported
    private bool hasLookedUp; // since there were no keys
    private bool isDisposed;

    /// <summary>Makes an empty cache. Nothing is fetched yet.</summary>
    /// <param name="issuer">The issuer identifier (see <see cref="IssuerProfile.Issuer"/>).</param>
    /// <param name="fetcher">Fetches the documents.</param>
    /// <param name="time">The clock of every age and pause.</param>
    /// <param name="options">Times and limits; null means the defaults.</param>
    /// <param name="chance">A number in [0, 1) for spreading fetches of many gateways in time; null means the system's generator.</param>
    /// <exception cref="ArgumentException">The issuer or an option is out of range; the message lists all faults.</exception>
    public JwksCache(string issuer, IMetadataFetcher fetcher, TimeProvider time, JwksCacheOptions? options = null, Func<double>? chance = null)
    {
        ArgumentNullException.ThrowIfNull(fetcher);
        ArgumentNullException.ThrowIfNull(time);
        if (!IssuerUri.IsAcceptable(issuer))
            throw new ArgumentException("The issuer is not an https URL without query and fragment.", nameof(issuer));
        this.options = options ?? new JwksCacheOptions();
        var faults = this.options.FindFaults();
        if (faults.Count > 0)
            throw new ArgumentException(string.Join("; ", faults), nameof(options));
        documents = new IssuerDocuments(issuer, fetcher, this.options);
        this.time = time;
        this.chance = chance ?? SystemChance;
        budget = new ProvokedBudget(this.options.ProvokedFetchesPerMinute, this.options.PeerShare, time.GetUtcNow());
    }

    /// <inheritdoc/>
    public long Generation => Usable()?.Generation ?? 0;

    /// <summary>The moment when the keys in use were fetched; null before the first success.</summary>
    public DateTimeOffset? FetchedAt => snapshot?.FetchedAt;

    /// <summary>The cause of the last failed fetch, only for the operator (MCP row E08); null after a success.</summary>
    public string? LastFault => lastFault;

    /// <summary>
    /// Begins the first fetch, so that the first lookup need not wait for it and an issuer that cannot be reached is reported. Does nothing where
    /// there are keys, or a fetch is under way or not due.
    /// </summary>
    public void FetchAhead()
    {
        if (Usable() is null) _ = RefreshAsync(RefreshCause.Ahead, default);
    }

    /// <summary>
    /// Takes the keys of a cache of the same documents where they are newer than its own, such as at a reload: an issuer that cannot be reached at
    /// that moment would otherwise have no keys. The keys keep their age. Nothing is fetched before <see cref="KeepFresh"/>.
    /// </summary>
    /// <param name="earlier">A cache of the same issuer, which fetches from the same addresses.</param>
    public void TakeKeys(JwksCache earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        if (earlier.snapshot is { } known && !(snapshot?.FetchedAt >= known.FetchedAt)) snapshot = known;
    }

    /// <summary>
    /// Takes over the outage that a cache of the same issuer with other settings has reported. The end of that outage is reported with the next keys,
    /// wherever they come from.
    /// </summary>
    /// <param name="earlier">The earlier cache, which is disposed and so reports nothing more.</param>
    internal void TakeOutage(JwksCache earlier)
    {
        bool isOpen;
        lock (earlier.gate) isOpen = earlier.isEndOwed || earlier.reported != OutageStage.None;
        lock (gate) isEndOwed |= isOpen;
    }

    /// <summary>
    /// Plans the next fetch of keys that were taken from another cache. Does nothing where a fetch is planned or there are no keys.
    /// </summary>
    public void KeepFresh()
    {
        lock (gate)
        {
            if (timer is not null || snapshot is not { } taken) return;
            var rest = taken.FetchedAt + options.RefreshInterval - time.GetUtcNow();
            Schedule(rest > TimeSpan.Zero ? Shortened(rest, RefreshJitter) : TimeSpan.Zero);
        }
    }

    /// <inheritdoc/>
    public ValueTask<KeyLookup> FindAsync(string? keyId, string algorithm, CallerPartition peer, CancellationToken cancellationToken)
    {
        var snapshot = Usable();
        if (snapshot is null)
            return FindAfterRefreshAsync(RefreshCause.NoKeys, keyId, algorithm, peer, cancellationToken);
        var lookup = snapshot.Find(keyId, algorithm);
        return lookup.Refusal == TokenRefusal.UnknownKey
            ? FindAfterRefreshAsync(RefreshCause.Provoked, keyId, algorithm, peer, cancellationToken)
            : ValueTask.FromResult(lookup);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RefreshAfterBadSignatureAsync(CallerPartition peer, CancellationToken cancellationToken)
    {
        var before = Generation;
        await RefreshAsync(RefreshCause.Provoked, peer).WaitAsync(cancellationToken).ConfigureAwait(false);
        return Generation != before;
    }

    /// <summary>Stops the background refresh; keys at hand can still be found.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
            timer?.Dispose();
        }
    }

    private async ValueTask<KeyLookup> FindAfterRefreshAsync(RefreshCause cause, string? keyId, string algorithm, CallerPartition peer,
        CancellationToken cancellationToken)
    {
        await RefreshAsync(cause, peer).WaitAsync(cancellationToken).ConfigureAwait(false);
        return Usable()?.Find(keyId, algorithm) ?? KeyLookup.None(TokenRefusal.KeysUnavailable);
    }

    private Snapshot? Usable()
    {
        var snapshot = this.snapshot;
        return snapshot is not null && time.GetUtcNow() - snapshot.FetchedAt <= options.StaleLimit ? snapshot : null;
    }

    /// <summary>Joins the fetch under way, starts one, or does nothing where none is due.</summary>
    private Task RefreshAsync(RefreshCause cause, CallerPartition peer)
    {
        TaskCompletionSource refresh;
        lock (gate)
        {
            if (this.refresh is { Task.IsCompleted: false })
                return this.refresh.Task;
            if (!MayStart(cause, peer))
                return Task.CompletedTask;
            this.refresh = refresh = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        _ = RunAsync(refresh, cause);
        return refresh.Task;
    }

    private bool MayStart(RefreshCause cause, CallerPartition peer)
    {
        if (isDisposed)
            return false;
        if (cause == RefreshCause.Planned)
            return true;
        var now = time.GetUtcNow();
        if (now < notBefore && (cause != RefreshCause.NoKeys || hasLookedUp))
            return false;
        hasLookedUp |= cause == RefreshCause.NoKeys;
        return cause != RefreshCause.Provoked || budget.TryTake(peer, now);
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a fetch throws, the last good keys stay in use and the next try is planned.")]
    private async Task RunAsync(TaskCompletionSource refresh, RefreshCause cause)
    {
        try
        {
            // The caller may go away; the fetch belongs to everyone, so only its own time limit ends it.
            using var timeout = new CancellationTokenSource(options.FetchTimeout, time);
            Accept(await documents.FetchKeysAsync(cause != RefreshCause.Provoked, timeout.Token).WaitAsync(timeout.Token).ConfigureAwait(false));
        }
        catch (Exception fault)
        {
            PlanRetry(fault);
        }
        finally
        {
            refresh.SetResult();
        }
    }

    private void Accept(JsonWebKeySet keys)
    {
        bool isOver;
        lock (gate)
        {
            var now = time.GetUtcNow();
            var earlier = snapshot;
            var generation = earlier?.Keys.Fingerprint == keys.Fingerprint ? earlier.Generation : (earlier?.Generation ?? 0) + 1;
            snapshot = new Snapshot(keys, now, generation);
            failures = 0;
            hasLookedUp = false;
            lastFault = null;
            notBefore = now;
            Schedule(Shortened(options.RefreshInterval, RefreshJitter));
            isOver = !isDisposed && (isEndOwed || reported != OutageStage.None);
            if (!isDisposed) (reported, isEndOwed) = (OutageStage.None, false); // otherwise the cache that takes the outage over reports its end
        }

        if (isOver) options.ReportOutage(null);
    }

    private void PlanRetry(Exception fault)
    {
        KeyOutage? outage;
        lock (gate)
        {
            var doublings = Math.Min(failures++, 30);
            var pause = TimeSpan.FromTicks(Math.Min(options.LongestRetry.Ticks, (long)(options.FirstRetry.Ticks * Math.Pow(2, doublings))));
            pause = Shortened(pause, RetryJitter);
            lastFault = fault is FormatException ? fault.Message.TrimEnd('.') : FetchFault.Of(fault);
            notBefore = time.GetUtcNow() + pause;
            Schedule(pause);
            outage = isDisposed ? null : NewOutage(lastFault);
        }

        if (outage is not null) options.ReportOutage(outage);
    }

    // Once when it begins, and once more when tokens are refused: a fetch that fails each minute would otherwise fill the operator log.
    private KeyOutage? NewOutage(string cause)
    {
        var next = Usable() is null ? OutageStage.NoKeys : OutageStage.KeysServe;
        if (next <= reported) return null;
        reported = next;
        return new KeyOutage(cause, next == OutageStage.KeysServe ? snapshot!.FetchedAt + options.StaleLimit : null);
    }

    private void Schedule(TimeSpan due)
    {
        if (isDisposed)
            return;
        if (timer is not null)
        {
            timer.Change(due, Timeout.InfiniteTimeSpan);
            return;
        }

        // The timer outlives the request that happened to be first; it must not carry that request's context.
        using (ExecutionContext.SuppressFlow())
            timer = time.CreateTimer(_ => _ = RefreshAsync(RefreshCause.Planned, default), null, due, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Shortened(TimeSpan span, double most) => span - (span * most * chance());

    private static double SystemChance() => RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;

    /// <summary>The outage that was reported last.</summary>
    private enum OutageStage
    {
        /// <summary>None.</summary>
        None,

        /// <summary>Fetches fail, and earlier keys serve.</summary>
        KeysServe,

        /// <summary>Fetches fail, and no key serves.</summary>
        NoKeys,
    }

    /// <summary>The cause of a fetch.</summary>
    private enum RefreshCause
    {
        /// <summary>There are no usable keys.</summary>
        NoKeys,

        /// <summary>A token made it seem that there are newer keys; anyone can send such a token.</summary>
        Provoked,

        /// <summary>The gateway starts, or has read its configuration again.</summary>
        Ahead,

        /// <summary>
        /// The timer of the next fetch has fired. The clock is not asked: a timer can fire before the clock shows its moment, and the clock can be
        /// set back, and no other timer would follow.
        /// </summary>
        Planned,
    }

    /// <summary>Keys with their age and generation, replaced as a whole.</summary>
    private sealed record Snapshot(JsonWebKeySet Keys, DateTimeOffset FetchedAt, long Generation)
    {
        public KeyLookup Find(string? keyId, string algorithm) => Keys.Find(keyId, algorithm) with { Generation = Generation };
    }
}
