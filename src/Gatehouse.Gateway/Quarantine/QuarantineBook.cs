using System.Security.Cryptography;
using Gatehouse.Audit;
using Gatehouse.Audit.Privacy;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Identity.Revocations;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Quarantine;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Quarantine;

/// <summary>
/// The withheld results and their entries. Each change of a state has three steps in this order: one atomic act in the store, an entry of the audit
/// log that is durable, and the effect. A change whose entry is missing gets it before anything else is done with the result (a transactional
/// outbox), also after a crash.
/// </summary>
/// <param name="store">The results.</param>
/// <param name="boxes">Their sealed parts.</param>
/// <param name="journal">The entries.</param>
/// <param name="digests">Digests of persons.</param>
/// <param name="time">The clock.</param>
internal sealed class QuarantineBook(
    IQuarantineStore store, QuarantineBoxes boxes, QuarantineJournal journal, CallDigests digests, TimeProvider time) : IDisposable
{
    private const int MostListed = 100_000; // what quarantine.results allows

    private const string Erased = "erased";

    private const string NotReadable = "not-readable";

    private const string ReleaserRevoked = "releaser-revoked";

    private readonly ApprovalTurns turns = new();

    /// <summary>Number and bytes of the results that are kept, as of the last sweep.</summary>
    public QuarantineUse Use { get; private set; } = new(0, 0);

    /// <summary>Revocations, with contained users and clients. A release by one of them counts no more. Null on a host of one person.</summary>
    public IRevocationList? Revocations { get; set; }

    /// <summary>The callers that a released result waits for.</summary>
    public ReleasedCallers Released { get; } = new();

    /// <summary>Returns the results in a state, the oldest first, with their facts; facts are null where they cannot be opened any more.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<(QuarantinedResultRow Row, QuarantineFacts? Facts)>> ListAsync(
        QuarantineState? state, int most, CancellationToken cancellation) =>
        [.. (await store.ListAsync(state, most, time.GetUtcNow(), cancellation).ConfigureAwait(false)).Select(row => (row, boxes.Open(row)))];

    /// <summary>Returns one result with its facts and its content; null where there is none.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<KeptContent?> ShowAsync(string id, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (await store.FindAsync(id, now, cancellation).ConfigureAwait(false) is not { } row) return null;
        var content = await store.ContentAsync(id, now, cancellation).ConfigureAwait(false);
        return new KeptContent(row, boxes.Open(row), content is null ? null : boxes.OpenContent(id, content), boxes.OpenRelease(row));
    }

    /// <summary>Returns the person who released or deleted a result; null for none, and where that can no longer be opened.</summary>
    public ReleaseFacts? ReleaseOf(QuarantinedResultRow row) => boxes.OpenRelease(row);

    /// <summary>Writes that a person is shown a result. It may leave the process afterwards.</summary>
    /// <exception cref="AuditUnavailableException">The entry could not be made durable.</exception>
    public Task NoteShownAsync(QuarantinedResultRow row, QuarantineFacts facts, ReadOnlyMemory<byte> shown, string way, ReleaseFacts by) =>
        journal.ShownAsync(row, facts, shown, way, by);

    /// <summary>Keeps a result.</summary>
    /// <param name="row">The row without its size and its sealed parts.</param>
    /// <param name="facts">Its facts.</param>
    /// <param name="result">Its bytes.</param>
    /// <param name="bounds">The bounds.</param>
    /// <param name="cancellation">Ends the wait for the turn.</param>
    /// <exception cref="StoreException">Nothing was kept.</exception>
    /// <exception cref="AuditUnavailableException">There is no key, or the result is kept and its entry could not be written yet.</exception>
    public async Task<QuarantineOutcome> KeepAsync(
        QuarantinedResultRow row, QuarantineFacts facts, ReadOnlyMemory<byte> result, QuarantineBounds bounds, CancellationToken cancellation)
    {
        if (boxes.Seal(row.Id, facts, row.At) is not { } head || boxes.SealContent(row.Id, facts, result.Span, row.At) is not { } content)
            return QuarantineOutcome.NotKept("too-large");
        row = row with { Sealed = head, Size = content.Length };
        using var turn = await turns.TakeAsync(row.Id, cancellation).ConfigureAwait(false);
        var added = await store.AddAsync(row, content, bounds, CancellationToken.None).ConfigureAwait(false);
        if (added != ApprovalAdding.Added) return QuarantineOutcome.NotKept(added == ApprovalAdding.Crowded ? "crowded" : "id-taken");
        await journal.KeptAsync(row, facts, isRecovered: false).ConfigureAwait(false);
        await store.NoteAsync(row.Id, QuarantineState.Kept, CancellationToken.None).ConfigureAwait(false);
        return QuarantineOutcome.Kept(row.Id);
    }

    /// <summary>Finds the result of a call that was released first; null where there is none.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<string?> FindReleasedAsync(IReadOnlyList<ReadOnlyMemory<byte>> call, CancellationToken cancellation) =>
        (await store.FindReleasedAsync(call, time.GetUtcNow(), cancellation).ConfigureAwait(false))?.Id;

    /// <summary>Releases a kept result for one call.</summary>
    /// <param name="id">The result.</param>
    /// <param name="by">The person, and what the person sets aside.</param>
    /// <param name="life">The time for which the release counts.</param>
    /// <param name="cancellation">Ends the wait for the turn.</param>
    /// <exception cref="StoreException">Nothing was changed.</exception>
    /// <exception cref="AuditUnavailableException">It is released, and no call gets it until its entry can be written.</exception>
    public async Task<QuarantineChange> ReleaseAsync(string id, ReleaseFacts by, TimeSpan life, CancellationToken cancellation)
    {
        using var turn = await turns.TakeAsync(id, cancellation).ConfigureAwait(false);
        if (await SettledAsync(id, cancellation).ConfigureAwait(false) is not { State: QuarantineState.Kept } row || boxes.Open(row) is not { } facts)
            return await UnchangedAsync(id, cancellation).ConfigureAwait(false);
        var now = time.GetUtcNow();
        if (by.EstablishedAt > now) by = by with { EstablishedAt = now }; // the clock went back
        if (boxes.Seal(id, by, now) is not { } box) return new QuarantineChange(row, false, IsTooLarge: true);
        Released.Add(id, facts.Issuer, facts.Subject); // before a call can find it
        if (await store.ReleaseAsync(id, box, now + life, now, CancellationToken.None).ConfigureAwait(false) is not { } released)
        {
            Released.Remove(id);
            return await UnchangedAsync(id, cancellation).ConfigureAwait(false);
        }

        await NoteAsync(released, facts, by, "", isRecovered: false).ConfigureAwait(false);
        return new QuarantineChange(released, true);
    }

    /// <summary>Takes a released result for a call. Its entry is durable, and its content is no longer stored.</summary>
    /// <param name="id">The result.</param>
    /// <param name="call">Digests of the call as it is now.</param>
    /// <param name="cancellation">Ends the wait for the turn.</param>
    /// <returns>Null where there was nothing to take.</returns>
    /// <exception cref="StoreException">The store refused.</exception>
    /// <exception cref="AuditUnavailableException">It is taken, and its entry could not be written: no call gets it.</exception>
    /// <exception cref="InvalidDataException">It is taken, and its content cannot be opened.</exception>
    public async Task<ReleasedResult?> TakeAsync(string id, IReadOnlyList<ReadOnlyMemory<byte>> call, CancellationToken cancellation)
    {
        using var turn = await turns.TakeAsync(id, cancellation).ConfigureAwait(false);
        if (await SettledAsync(id, cancellation).ConfigureAwait(false) is not { State: QuarantineState.Released } row) return null;
        if (!call.Any(one => CryptographicOperations.FixedTimeEquals(one.Span, row.Digest.Span))) return null;
        // Threat: the person who released it was erased, so that no one can be asked about the release. Or another build stored it, with facts that
        // this one does not know.
        if (boxes.Open(row) is not { } facts || boxes.OpenRelease(row) is not { } by)
        {
            await DeleteInTurnAsync(row, boxes.HasKeys(row) ? NotReadable : Erased).ConfigureAwait(false);
            throw new InvalidDataException("the release of a result cannot be opened any more");
        }

        if (IsRevoked(row, by))
        {
            await DeleteInTurnAsync(row, ReleaserRevoked).ConfigureAwait(false);
            throw new InvalidDataException("the person who released a result is revoked or contained");
        }

        if (await store.DeliverAsync(id, time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false) is not { } content) return null;
        var taken = row with { State = QuarantineState.Delivered, ChangedAt = time.GetUtcNow() };
        Released.Remove(id);
        await NoteAsync(taken, facts, by, "", isRecovered: false).ConfigureAwait(false);
        var message = boxes.OpenContent(id, content) ?? throw new InvalidDataException("the content of a released result cannot be opened any more");
        return new ReleasedResult(id, message, by.SetAside, row.ChangedAt, NameOf(by));
    }

    /// <summary>Deletes a result that was not taken.</summary>
    /// <param name="id">The result.</param>
    /// <param name="by">The person. A reason that the row cannot hold is in the entry only.</param>
    /// <param name="cancellation">Ends the wait for the turn.</param>
    /// <exception cref="StoreException">Nothing was changed.</exception>
    /// <exception cref="AuditUnavailableException">It is deleted, and its entry follows with a sweep.</exception>
    public async Task<QuarantineChange> DeleteAsync(string id, ReleaseFacts by, CancellationToken cancellation)
    {
        using var turn = await turns.TakeAsync(id, cancellation).ConfigureAwait(false);
        if (await SettledAsync(id, cancellation).ConfigureAwait(false) is not { State: QuarantineState.Kept or QuarantineState.Released } row)
            return await UnchangedAsync(id, cancellation).ConfigureAwait(false);
        var now = time.GetUtcNow();
        if ((boxes.Seal(id, by, now) ?? boxes.Seal(id, by with { Reason = "" }, now)) is not { } box)
            return new QuarantineChange(row, false, IsTooLarge: true);
        if (await store.DeleteAsync(id, box, now, CancellationToken.None).ConfigureAwait(false) is not { } deleted)
            return await UnchangedAsync(id, cancellation).ConfigureAwait(false);
        Released.Remove(id);
        await NoteAsync(deleted, boxes.Open(row), by, "", isRecovered: false).ConfigureAwait(false);
        return new QuarantineChange(deleted, true);
    }

    /// <summary>
    /// Removes the results of a person whose keys were destroyed, and deletes results that this person had released: no person can be asked about
    /// the release any more.
    /// </summary>
    /// <exception cref="StoreException">The store refused. What stays in it is sealed under keys that are gone; entries follow with a sweep.</exception>
    /// <exception cref="AuditUnavailableException">An entry could not be written; it follows with a sweep.</exception>
    public async Task EraseAsync(SubjectOwner person, CancellationToken cancellation)
    {
        var (faults, parties) = (new FirstFault(), digests.OfParty(person.Issuer, person.Subject));
        var erased = await store.EraseAsync(parties, time.GetUtcNow(), cancellation).ConfigureAwait(false);
        foreach (var row in erased) Released.Remove(row.Id);
        await faults.ForEachAsync(erased, async row =>
        {
            using var turn = await turns.TakeAsync(row.Id, cancellation).ConfigureAwait(false);
            // Another act on the result may have written the entry meanwhile.
            if (await store.FindAsync(row.Id, time.GetUtcNow(), cancellation).ConfigureAwait(false) is { IsNoted: false })
                await NoteAsync(row, null, null, Erased, isRecovered: false).ConfigureAwait(false);
        }).ConfigureAwait(false);
        await faults.RunAsync(() => DeleteReleasesAsync(row => !boxes.HasReleaseKey(row), Erased, cancellation)).ConfigureAwait(false);
        faults.Throw();
    }

    /// <summary>Deletes released results whose releaser was revoked since the release, or is contained.</summary>
    /// <exception cref="StoreException">The store refused a part. The others were done; it follows with the next run.</exception>
    /// <exception cref="AuditUnavailableException">An entry could not be written. All were deleted; it follows with a sweep.</exception>
    public Task RevokeAsync(CancellationToken cancellation) => DeleteReleasesAsync(IsRevoked, ReleaserRevoked, cancellation);

    /// <summary>Deletes released results whose release counts no more.</summary>
    /// <param name="isOver">Tells whether the release of a row by a person counts no more.</param>
    /// <param name="why">The cause for the entries.</param>
    /// <param name="cancellation">Ends the work between two results.</param>
    /// <returns>The number of results that were deleted.</returns>
    /// <inheritdoc cref="RevokeAsync"/>
    public Task<int> DeleteReleasesAsync(Func<QuarantinedResultRow, ReleaseFacts, bool> isOver, string why, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(isOver);
        return DeleteReleasesAsync(row => boxes.OpenRelease(row) is { } by && isOver(row, by), why, cancellation);
    }

    /// <summary>Counts released results by their releases.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<int> CountReleasesAsync(Func<QuarantinedResultRow, ReleaseFacts, bool> isCounted, CancellationToken cancellation) =>
        (await store.ListAsync(QuarantineState.Released, MostListed, time.GetUtcNow(), cancellation).ConfigureAwait(false))
            .Count(row => boxes.OpenRelease(row) is { } by && isCounted(row, by));

    /// <summary>
    /// Learns the released results of the process before this one, writes the entries that are missing, of a crash or of a time in which the log
    /// could not be written, and expires what is over. An entry that is missing comes before the expiry, which would replace it.
    /// </summary>
    /// <exception cref="StoreException">The store refused a part. The others were done; it follows with the next run.</exception>
    /// <exception cref="AuditUnavailableException">An entry could not be written. The others were; it follows with the next run.</exception>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        var faults = new FirstFault();
        if (!Released.IsKnown) await faults.RunAsync(() => LearnAsync(cancellation)).ConfigureAwait(false);
        await faults.RunAsync(() => RecoverAsync(cancellation)).ConfigureAwait(false);
        await faults.RunAsync(() => ExpireAsync(cancellation)).ConfigureAwait(false);
        Use = await store.UseAsync(time.GetUtcNow(), cancellation).ConfigureAwait(false);
        faults.Throw();
    }

    public void Dispose() => turns.Dispose();

    // The result as another act left it.
    private async Task<QuarantineChange> UnchangedAsync(string id, CancellationToken cancellation) =>
        new(await store.FindAsync(id, time.GetUtcNow(), cancellation).ConfigureAwait(false), false);

    // The row was changed last by the release.
    private bool IsRevoked(QuarantinedResultRow row, ReleaseFacts by) =>
        Revocations?.IsPartyRevoked(by.Issuer, by.Subject, by.Client, by.EstablishedAt ?? row.ChangedAt) == true;

    private static string NameOf(ReleaseFacts by) => by.Issuer == PersonalFacts.AccountIssuer ? $"account {by.Subject}" : by.Subject;

    private async Task LearnAsync(CancellationToken cancellation)
    {
        foreach (var row in await store.ListAsync(QuarantineState.Released, MostListed, time.GetUtcNow(), cancellation).ConfigureAwait(false))
        {
            if (boxes.Open(row) is { } facts) Released.Add(row.Id, facts.Issuer, facts.Subject);
        }

        Released.SetKnown();
    }

    private async Task RecoverAsync(CancellationToken cancellation)
    {
        var faults = new FirstFault();
        await faults.ForEachAsync(await store.UnnotedAsync(cancellation).ConfigureAwait(false), async row =>
        {
            using var turn = await turns.TakeAsync(row.Id, cancellation).ConfigureAwait(false);
            await SettledAsync(row.Id, cancellation).ConfigureAwait(false);
        }).ConfigureAwait(false);
        faults.Throw();
    }

    private async Task ExpireAsync(CancellationToken cancellation)
    {
        var faults = new FirstFault();
        await faults.ForEachAsync(await store.ExpireAsync(time.GetUtcNow(), cancellation).ConfigureAwait(false), async row =>
        {
            using var turn = await turns.TakeAsync(row.Id, cancellation).ConfigureAwait(false);
            Released.Remove(row.Id);
            await NoteAsync(row, boxes.Open(row), null, "", isRecovered: false).ConfigureAwait(false);
        }).ConfigureAwait(false);
        faults.Throw();
    }

    private async Task<int> DeleteReleasesAsync(Func<QuarantinedResultRow, bool> isOver, string why, CancellationToken cancellation)
    {
        var (faults, deleted) = (new FirstFault(), 0);
        var released = await store.ListAsync(QuarantineState.Released, MostListed, time.GetUtcNow(), cancellation).ConfigureAwait(false);
        await faults.ForEachAsync(released, async row =>
        {
            if (!isOver(row)) return;
            using var turn = await turns.TakeAsync(row.Id, cancellation).ConfigureAwait(false);
            if (await SettledAsync(row.Id, cancellation).ConfigureAwait(false) is not { State: QuarantineState.Released } present) return;
            await DeleteInTurnAsync(present, why).ConfigureAwait(false);
            deleted++;
        }).ConfigureAwait(false);
        faults.Throw();
        return deleted;
    }

    // The result as it is now, once the entry about its state is in the log. Null where there is none.
    private async Task<QuarantinedResultRow?> SettledAsync(string id, CancellationToken cancellation)
    {
        if (await store.FindAsync(id, time.GetUtcNow(), cancellation).ConfigureAwait(false) is not { } row) return null;
        if (row.IsNoted) return row;
        await NoteAsync(row, boxes.Open(row), boxes.OpenRelease(row), "", isRecovered: true).ConfigureAwait(false);
        return row with { IsNoted = true };
    }

    private async Task DeleteInTurnAsync(QuarantinedResultRow row, string why)
    {
        var deleted = await store.DeleteAsync(row.Id, ReadOnlyMemory<byte>.Empty, time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false);
        Released.Remove(row.Id);
        if (deleted is not null) await NoteAsync(deleted, boxes.Open(row), null, why, isRecovered: false).ConfigureAwait(false);
    }

    private async Task NoteAsync(QuarantinedResultRow row, QuarantineFacts? facts, ReleaseFacts? by, string why, bool isRecovered)
    {
        if (row.State == QuarantineState.Kept) await journal.KeptAsync(row, facts, isRecovered).ConfigureAwait(false);
        else await journal.ChangedAsync(row, facts, by, why, isRecovered).ConfigureAwait(false);
        await store.NoteAsync(row.Id, row.State, CancellationToken.None).ConfigureAwait(false);
    }
}
