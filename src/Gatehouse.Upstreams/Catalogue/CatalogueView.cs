using Gatehouse.Audit;
using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Relaying;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Upstreams.Catalogue;

/// <summary>
/// The lists of a server as one authorization sees them: one legacy session, the process of one caller, or all callers of an era when the server
/// keeps no state between requests. Each list has one fetch at a time.
/// </summary>
internal sealed class CatalogueView(CatalogueFetcher fetcher, ListCache shelf, ListEpochs epochs, ListOrder order, Rate changes, FetchLimiter? places,
    TimeProvider time)
{
    private readonly SemaphoreSlim[] fetching = [new(1, 1), new(1, 1), new(1, 1), new(1, 1)];
    private readonly Seen?[] seen = new Seen?[ListKinds.Count];
    private readonly CellRateLimiter[] paces = [.. ListKinds.All.Select(_ => new CellRateLimiter(changes, time))];
    private readonly Failure?[] failures = new Failure?[ListKinds.Count];

    /// <summary>Returns the list, no older than requested.</summary>
    /// <exception cref="RefusalException">The list cannot be fetched.</exception>
    public async ValueTask<ServerList> GetAsync(Exchange asker, ListKind kind, TimeSpan oldest, CancellationToken cancellation)
    {
        if (Fresh(kind, oldest) is { } known) return known;
        var came = time.GetTimestamp();
        await fetching[(int)kind].WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (Fresh(kind, oldest) is { } meanwhile) return meanwhile;
            // A caller that waited for a failed fetch has had its turn: the waiters must not each pay the whole time limit of a slow server, one
            // after the other.
            if (failures[(int)kind] is { } failure && failure.At >= came) throw new RefusalException(failure.Refusal);
            return Resting(asker, kind, oldest) ?? await FetchAsync(asker, kind, cancellation).ConfigureAwait(false);
        }
        catch (RefusalException e) when (!MissingList.IsOther(e.Refusal))
        {
            var missing = MissingList.Of(kind, e.Refusal);
            failures[(int)kind] = new Failure(time.GetTimestamp(), missing);
            throw new RefusalException(missing, e);
        }
        finally
        {
            fetching[(int)kind].Release();
        }
    }

    /// <summary>Returns the last known list, of any age.</summary>
    public ServerList? Known(ListKind kind) => Volatile.Read(ref seen[(int)kind]) is { } last ? shelf.Find(last.Version) : null;

    private async ValueTask<ServerList> FetchAsync(Exchange asker, ListKind kind, CancellationToken cancellation)
    {
        using var place = places is null
            ? null : await places.TakeAsync(asker.Partition
            ?? CallerPartition.Unknown, asker.Snapshot.Settings.Limits.CallerShare, cancellation).ConfigureAwait(false);
        var epoch = epochs.Of(kind); // before the request: a change while it is answered counts
        var at = time.GetTimestamp();
        var list = await fetcher.FetchAsync(CatalogueRequester.Of(asker), kind, cancellation).ConfigureAwait(false);
        if (order.InsteadOf(list) is { } before)
        {
            asker.Record.Add(new AuditPart(AuditPartKind.Rule, AuditOutcome.Warn, "list-order-varies", ListKinds.Method(kind))); // H21
            list = before;
        }

        var version = Convert.ToHexString(list.Version.Span);
        list = shelf.Keep(version, list);
        order.Note(list);
        Volatile.Write(ref seen[(int)kind], new Seen(version, at, epoch, list.Life));
        return list;
    }

    private ServerList? Fresh(ListKind kind, TimeSpan oldest)
    {
        if (Volatile.Read(ref seen[(int)kind]) is not { } last || last.Epoch != epochs.Of(kind)) return null;
        return time.GetElapsedTime(last.At) < (oldest < last.Life ? oldest : last.Life) ? shelf.Find(last.Version) : null;
    }

    // A list that is stale only because the server announces changes repeatedly is not fetched each time (TP-04).
    private ServerList? Resting(Exchange asker, ListKind kind, TimeSpan oldest)
    {
        if (Volatile.Read(ref seen[(int)kind]) is not { } last || last.Epoch == epochs.Of(kind)) return null;
        if (time.GetElapsedTime(last.At) >= (oldest < last.Life ? oldest : last.Life) || shelf.Find(last.Version) is not { } known
            || paces[(int)kind].TryTake()) return null;
        asker.Record.Add(new AuditPart(AuditPartKind.Limit, AuditOutcome.Join, "list-changed-storm", "lists.changes"));
        return known;
    }

    private sealed record Failure(long At, Refusal Refusal);

    private sealed record Seen(string Version, long At, long Epoch, TimeSpan Life);
}
