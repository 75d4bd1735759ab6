using System.Diagnostics.CodeAnalysis;
using Gatehouse.Identity.Formats;
using Gatehouse.Identity.Issuers;
using Gatehouse.Settings;

namespace Gatehouse.AuthorizationServer.Providers;

/// <summary>
/// Finds the metadata of a provider and keeps what they say. One fetch serves everyone who waits for it. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Anyone can begin a sign-in. So nothing is fetched while the facts are young, and not for a while after a failure: a stranger cannot make the
/// gateway send more than one round of requests in that time (CWE-770).
/// </remarks>
internal sealed class ProviderDiscovery
{
    /// <summary>The age at which the metadata are fetched again.</summary>
    public static readonly TimeSpan RefreshAge = TimeSpan.FromMinutes(10);

    /// <summary>The time for which the last good metadata serve while the provider cannot be reached.</summary>
    public static readonly TimeSpan StaleLimit = TimeSpan.FromHours(24);

    /// <summary>The time after a failure in which nothing is fetched.</summary>
    public static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(5);

    /// <summary>The longest that one round of fetches may take.</summary>
    public static readonly TimeSpan LongestFetch = TimeSpan.FromSeconds(10);

    /// <summary>The largest document that is read, in bytes.</summary>
    public const int LargestDocument = 256 * 1024;

    private const int Ok = 200;
    private const int TooManyRequests = 429;
    private const int ServerError = 500;

    private readonly Lock gate = new();
    private readonly IReadOnlyList<Uri> places;
    private readonly IMetadataFetcher fetcher;
    private readonly SignInFaults faults;
    private readonly ProviderMetadata metadata;
    private readonly TimeProvider time;
    private ProviderEndpoints? good;
    private SignInFault? fault;
    private long fetchedAt; // timestamps: a wall clock that is set back must not keep the gateway from asking
    private long? failedAt;
    private TaskCompletionSource? pending;

    public ProviderDiscovery(SignInProviderSettings settings, IMetadataFetcher fetcher, SignInFaults faults, TimeProvider time)
    {
        places = settings.Metadata is { } named ? [named] : MetadataPlaces.Of(settings.Issuer);
        this.fetcher = fetcher;
        this.faults = faults;
        metadata = new ProviderMetadata(settings, faults);
        this.time = time;
    }

    /// <summary>Why the last request for the metadata failed, or gave none that can be used; null after a success, and before the first.</summary>
    public SignInFault? LastFault
    {
        get
        {
            lock (gate) return fault;
        }
    }

    private bool IsFresh => good is not null && time.GetElapsedTime(fetchedAt) < RefreshAge;

    private bool IsPaused => failedAt is { } at && time.GetElapsedTime(at) < FailurePause;

    /// <summary>Returns the facts of the metadata.</summary>
    /// <exception cref="SignInException">There are none that can be used.</exception>
    public async ValueTask<ProviderEndpoints> GetAsync(CancellationToken cancellation)
    {
        if (Refresh() is { } refresh) await refresh.WaitAsync(cancellation).ConfigureAwait(false);
        lock (gate)
        {
            return good is not null && time.GetElapsedTime(fetchedAt) <= StaleLimit ? good : throw new SignInException(fault ?? faults.Unavailable());
        }
    }

    /// <summary>Joins the round under way or starts one; null when none is due.</summary>
    private Task? Refresh()
    {
        TaskCompletionSource started;
        lock (gate)
        {
            if (IsFresh) return null;
            if (pending is not null) return pending.Task;
            if (IsPaused) return null;
            pending = started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        _ = RunAsync(started);
        return started.Task;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a fetch throws, the last good metadata serve and the next try is later.")]
    private async Task RunAsync(TaskCompletionSource done)
    {
        try
        {
            // The browser may go away; the metadata belong to everyone, so only their own time limit ends the round.
            using var timeout = new CancellationTokenSource(LongestFetch, time);
            Accept(await FindAsync(timeout.Token).WaitAsync(timeout.Token).ConfigureAwait(false));
        }
        catch (SignInException judged)
        {
            Fail(judged.Fault, isJudged: judged.Fault.Code != SignInFaults.UnavailableCode);
        }
        catch (Exception)
        {
            Fail(faults.Unavailable(), isJudged: false);
        }
        finally
        {
            lock (gate) pending = null;
            done.SetResult();
        }
    }

    private void Accept(ProviderEndpoints endpoints)
    {
        lock (gate)
        {
            good = endpoints;
            (fault, failedAt) = (null, null);
            fetchedAt = time.GetTimestamp();
        }
    }

    // A provider that cannot be reached has not changed its mind. One whose metadata are no longer good has.
    private void Fail(SignInFault why, bool isJudged)
    {
        lock (gate)
        {
            if (isJudged) good = null;
            fault = why;
            failedAt = time.GetTimestamp();
        }
    }

    private async Task<ProviderEndpoints> FindAsync(CancellationToken cancellation)
    {
        var isReachable = true;
        SignInException? judged = null;
        foreach (var place in places)
        {
            try
            {
                var document = await fetcher.GetAsync(place, LargestDocument, cancellation).ConfigureAwait(false);
                isReachable &= document.StatusCode is not (TooManyRequests or >= ServerError);
                if (document.StatusCode == Ok) return Judge(document.Body);
            }
            catch (SignInException fault) when (fault.Fault.Code is SignInFaults.MetadataIssuerCode or SignInFaults.MetadataCode)
            {
                judged ??= fault; // not the provider's document: the next place may have it
            }
            catch (Exception fault) when (fault is IOException or HttpRequestException)
            {
                isReachable = false;
            }
        }

        throw judged ?? new SignInException(isReachable ? faults.Metadata() : faults.Unavailable());
    }

    private ProviderEndpoints Judge(ReadOnlyMemory<byte> body) => StrictJson.Parse(body, out var root) == StrictJsonFault.None
        ? metadata.Read(root) : throw new SignInException(faults.Metadata());
}
