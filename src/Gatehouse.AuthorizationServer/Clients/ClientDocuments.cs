using System.Text;
using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>
/// Client id metadata documents: fetched when they are needed, remembered for as long as their host says (MCP rows C13 to C15). Safe for concurrent
/// use.
/// </summary>
/// <remarks>
/// Threat: strangers invent addresses, so that the gateway sends requests for them, forgets the documents in use, or has no fetch left for an honest
/// client (CWE-770, CWE-918). Fetches of new addresses have a rate and places in whole, of which one address block gets a part. A document that is
/// remembered, or whose client has a grant, is fetched from a rate of its own. One that is remembered serves on while that rate is spent. Failures
/// are remembered in a table of their own. Concurrent fetches of one address are one fetch.
/// </remarks>
internal sealed class ClientDocuments : IClientDocuments
{
    /// <summary>The most documents that are remembered.</summary>
    internal const int MostDocuments = 512;

    /// <summary>The most failures that are remembered.</summary>
    internal const int MostFailures = 1024;

    /// <summary>The most fetches of new addresses that are under way, and as many of remembered ones.</summary>
    internal const int MostFetches = 16;

    /// <summary>The most fetches of new addresses in a minute.</summary>
    internal const int MostNewPerMinute = 60;

    /// <summary>The most fetches of remembered documents, and of documents whose client has a grant, in a minute.</summary>
    internal const int MostAgainPerMinute = 240;

    /// <summary>The largest document, in bytes. The draft recommends 5 KiB at most.</summary>
    internal const int LargestDocument = 16 * 1024;

    /// <summary>The longest time of one fetch.</summary>
    internal static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The time for which a failure is remembered.</summary>
    internal static readonly TimeSpan FailureLife = TimeSpan.FromMinutes(1);

    private readonly IClientDocumentFetcher fetcher;
    private readonly TimeProvider time;
    private readonly Func<int> callerShare;
    private readonly Lock gate = new();
    private readonly ClockCache<Remembered> documents;
    private readonly ClockCache<Failure> failures;
    private readonly Dictionary<string, Task<ClientDocumentResult>> underWay = new(StringComparer.Ordinal);
    private readonly Allowance forNew;
    private readonly Allowance forKnown;

    /// <summary>Creates the empty cache.</summary>
    /// <param name="fetcher">The fetcher.</param>
    /// <param name="time">The clock.</param>
    /// <param name="callerShare">Percent of each bound for one address block, 1 to 100.</param>
    public ClientDocuments(IClientDocumentFetcher fetcher, TimeProvider time, Func<int> callerShare)
    {
        ArgumentNullException.ThrowIfNull(time);
        (this.fetcher, this.time, this.callerShare) = (fetcher, time, callerShare);
        documents = new ClockCache<Remembered>(MostDocuments, callerShare);
        failures = new ClockCache<Failure>(MostFailures, callerShare);
        forNew = new Allowance(new ProvokedBudget(MostNewPerMinute, callerShare, time.GetUtcNow()), new PartitionedBudget());
        forKnown = new Allowance(new ProvokedBudget(MostAgainPerMinute, callerShare, time.GetUtcNow()), new PartitionedBudget());
    }

    /// <summary>Documents that are remembered.</summary>
    internal int Count => documents.Count;

    /// <summary>Failures that are remembered.</summary>
    internal int FailureCount => failures.Count;

    /// <inheritdoc />
    public async ValueTask<ClientDocumentResult> FindAsync(
        ClientDocumentUrl url, CallerPartition peer, bool hasGrant, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(url);
        var hash = TokenHash.Of(Encoding.UTF8.GetBytes(url.Address.OriginalString));
        var (answer, fetch) = Decide(url, hash, peer, hasGrant, time.GetUtcNow());
        return answer ?? await fetch!.WaitAsync(cancellation).ConfigureAwait(false);
    }

    private (ClientDocumentResult? Answer, Task<ClientDocumentResult>? Fetch) Decide(
        ClientDocumentUrl url, TokenHash hash, CallerPartition peer, bool hasGrant, DateTimeOffset now)
    {
        lock (gate)
        {
            var known = documents.TryGet(hash, out var remembered) ? remembered : null;
            if (known is not null && now < known.Until)
                return (Of(known), null);
            var stale = known is not null && known.MayServeStale(now) ? known : null;
            if (failures.TryGet(hash, out var failure) && now < failure.Until)
                return (stale is null ? new ClientDocumentResult(null, failure.Fault) : Of(stale), null);
            if (underWay.TryGetValue(url.Address.OriginalString, out var same))
                return (null, same);
            var allowance = known is null && !hasGrant ? forNew : forKnown;
            if (!allowance.TryTake(peer, now, callerShare()))
                return (stale is null ? new ClientDocumentResult(null, ClientDocumentFault.Busy) : Of(stale), null);
            return (null, Begin(new Fetch(url, hash, known, peer, allowance)));
        }
    }

    private Task<ClientDocumentResult> Begin(Fetch fetch)
    {
        var result = new TaskCompletionSource<ClientDocumentResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        underWay.Add(fetch.Url.Address.OriginalString, result.Task);
        _ = Task.Run(() => RunAsync(fetch, result));
        return result.Task;
    }

    // The fetch belongs to all who wait for it, so no caller's cancellation ends it. Whatever happens, those who wait get a result.
    private async Task RunAsync(Fetch fetch, TaskCompletionSource<ClientDocumentResult> result)
    {
        var found = new ClientDocumentResult(null, ClientDocumentFault.Unreachable);
        try
        {
            found = await FetchAsync(fetch).ConfigureAwait(false);
        }
        finally
        {
            lock (gate)
            {
                underWay.Remove(fetch.Url.Address.OriginalString);
                fetch.Allowance.Return(fetch.Peer);
            }

            result.TrySetResult(found);
        }
    }

    private async Task<ClientDocumentResult> FetchAsync(Fetch fetch)
    {
        using var patience = new CancellationTokenSource(FetchTimeout, time);
        var fault = ClientDocumentFault.Unreachable;
        try
        {
            var answer = await fetcher.GetAsync(fetch.Url.Address, LargestDocument, patience.Token).ConfigureAwait(false);
            fault = Judge(fetch.Url, answer, out var client);
            if (client is not null)
                return Remember(fetch, client, answer!.Value);
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or OperationCanceledException)
        {
        }

        return RememberFailure(fetch, fault);
    }

    private static ClientDocumentFault Judge(ClientDocumentUrl url, in ClientDocumentAnswer? answer, out OAuthClient? client)
    {
        client = null;
        if (answer is not { } given)
            return ClientDocumentFault.Size;
        if (given.Status is 408 or 429 or >= 500)
            return ClientDocumentFault.Unavailable;
        if (given.Status != 200)
            return ClientDocumentFault.Status;
        return IsJson(given.MediaType) ? ClientDocument.Read(url, given.Body, out client) : ClientDocumentFault.ContentType;
    }

    private static bool IsJson(string? mediaType) =>
        string.Equals(mediaType, "application/json", StringComparison.OrdinalIgnoreCase)
        || (mediaType is not null && mediaType.StartsWith("application/", StringComparison.OrdinalIgnoreCase)
            && mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase));

    // Threat: a stranger who asks for a client's document again would become its owner, and could then remove it with documents of its own.
    // So the owner stays.
    private ClientDocumentResult Remember(Fetch fetch, OAuthClient client, in ClientDocumentAnswer answer)
    {
        var now = time.GetUtcNow();
        var staleUntil = ClientDocumentLife.MayServeStale(answer) ? now + ClientDocumentLife.Longest : now;
        var remembered = new Remembered(client, now + ClientDocumentLife.Of(answer), staleUntil, fetch.Known?.Owner ?? fetch.Peer);
        lock (gate)
        {
            documents.Set(fetch.Hash, remembered, remembered.Owner);
            if (failures.TryGet(fetch.Hash, out var failure))
                failures.Remove(fetch.Hash, failure);
        }

        return Of(remembered);
    }

    // A document that its host took back, or made wrong, serves no longer. While the host is only out of reach, the document serves on.
    private ClientDocumentResult RememberFailure(Fetch fetch, ClientDocumentFault fault)
    {
        var now = time.GetUtcNow();
        var isOutage = fault is ClientDocumentFault.Unreachable or ClientDocumentFault.Unavailable;
        lock (gate)
        {
            failures.Set(fetch.Hash, new Failure(fault, now + FailureLife), fetch.Peer);
            if (fetch.Known is not { } known)
                return new ClientDocumentResult(null, fault);
            if (isOutage && known.MayServeStale(now))
                return Of(known);
            documents.Remove(fetch.Hash, known);
            return new ClientDocumentResult(null, fault);
        }
    }

    private static ClientDocumentResult Of(Remembered document) => new(document.Client, ClientDocumentFault.None);

    private sealed record Remembered(OAuthClient Client, DateTimeOffset Until, DateTimeOffset StaleUntil, CallerPartition Owner)
    {
        public bool MayServeStale(DateTimeOffset now) => now < StaleUntil;
    }

    private sealed record Failure(ClientDocumentFault Fault, DateTimeOffset Until);

    private sealed record Fetch(ClientDocumentUrl Url, TokenHash Hash, Remembered? Known, CallerPartition Peer, Allowance Allowance);

    // A rate, and places of fetches under way. Not safe for concurrent use; the owner locks.
    private sealed class Allowance(ProvokedBudget rate, PartitionedBudget places)
    {
        public bool TryTake(CallerPartition peer, DateTimeOffset now, int share)
        {
            if (places.TryTakePlace(peer, MostFetches, share) != PartitionedVerdict.Taken)
                return false;
            if (rate.TryTake(peer, now))
                return true;
            places.Return(peer, 1);
            return false;
        }

        public void Return(CallerPartition peer) => places.Return(peer, 1);
    }
}
