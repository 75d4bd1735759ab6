using Gatehouse.Administration;
using Gatehouse.Audit;
using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Records;
using Gatehouse.Pipeline.Snapshots;

namespace Gatehouse.Gateway.Hosting;

/// <summary>Control entries of the audit log: acts of administration and facts about the gateway.</summary>
internal sealed class ControlJournal(IAuditLog audit, SnapshotHolder snapshots, TimeProvider time) : IAdministrationJournal
{
    // The owner of entries about uses that serve no person.
    private const string OwnUses = "gateway";

    /// <inheritdoc />
    public bool IsAvailable => audit.IsAvailable;

    /// <summary>
    /// The beginning of the act that the entries are about, a timestamp of the clock of the exchanges; null where an entry is about itself only. An
    /// entry about a person who was erased since then has no facts about that person.
    /// </summary>
    private long? Began { get; init; }

    private string? Issuer { get; init; }

    /// <summary>Returns the journal for the entries of an act that began at a moment.</summary>
    /// <param name="began">The moment.</param>
    /// <param name="isOfOwnPerson">True where the subject in the facts is a person of the gateway's own authorization server.</param>
    public ControlJournal Since(long? began, bool isOfOwnPerson = false) => new(audit, snapshots, time)
    {
        Began = began,
        Issuer = isOfOwnPerson ? snapshots.Current.Settings.Origin : Issuer,
    };

    /// <inheritdoc />
    IAdministrationJournal IAdministrationJournal.Since(long began) => Since(began);

    /// <summary>Writes a control entry; it is durable with the next commit of the log.</summary>
    public void Note(string act, params (string Name, string Value)[] facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        audit.TryAppend(Entry(act, facts));
    }

    /// <summary>Writes a control entry and returns when it is on stable storage: before an act of administration is answered.</summary>
    /// <returns>False when it could not be made durable; then the log counts it as lost.</returns>
    public async Task<bool> NoteDurableAsync(string act, params (string Name, string Value)[] facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return await AppendDurableAsync(Entry(act, facts)).ConfigureAwait(false);
    }

    /// <summary>Writes a control entry about a person, as <see cref="NoteBy"/>, and returns when it is on stable storage.</summary>
    /// <returns>False when it could not be made durable; then the log counts it as lost.</returns>
    public Task<bool> NoteDurableByAsync(string subject, string act, params (string Name, string Value)[] facts) =>
        AppendDurableAsync(EntryBy(subject, act, facts));

    /// <summary>Writes a control entry in the part of the log of a caller, and returns when it is on stable storage.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="isFollowing">True for an entry about what an earlier one began: it is written even where the caller's part is spent.</param>
    /// <param name="act">Name of the act.</param>
    /// <param name="facts">Further facts.</param>
    /// <returns>False when it could not be made durable; then the log counts it as lost.</returns>
    public Task<bool> NoteDurableOfAsync(CallerPartition caller, bool isFollowing, string act, params (string Name, string Value)[] facts) =>
        AppendDurableAsync(Entry(act, facts, caller) with { ClosesBegun = isFollowing });

    /// <inheritdoc />
    public Task<bool> NoteRefusedAsync(RequestSource who, string act, params (string Name, string Value)[] facts) =>
        IsDurableAsync(() => audit.AppendOrCountAsync(Refused(OwnerOf(who), act, null, facts)));

    /// <inheritdoc />
    public void NoteRefused(RequestSource who, string act, AuditAttempt? attempt, params (string Name, string Value)[] facts) =>
        audit.TryAppend(Refused(OwnerOf(who), act, attempt, facts));

    /// <summary>
    /// Writes a control entry about a party that was refused. Above a rate, further refusals of the same party are counted in one entry.
    /// </summary>
    /// <param name="who">The party; compared by equality.</param>
    /// <param name="act">Name of the act.</param>
    /// <param name="attempt">The attempt to authenticate that the entry records; null for none.</param>
    /// <param name="facts">Further facts.</param>
    public void NoteRefused(string who, string act, AuditAttempt? attempt, params (string Name, string Value)[] facts) =>
        audit.TryAppend(Refused(who, act, attempt, facts));

    /// <summary>Writes a control entry about an address block that was refused, with the same bound.</summary>
    public void NoteRefused(CallerPartition peer, string act, AuditAttempt? attempt, params (string Name, string Value)[] facts) =>
        NoteOf(peer, act, attempt, facts);

    /// <summary>Writes a control entry in the part of the log of an address block, with the bound of refusals.</summary>
    /// <returns>The id of the entry. An entry that was only counted is not in the log by this id.</returns>
    public string NoteOf(CallerPartition peer, string act, params (string Name, string Value)[] facts) => NoteOf(peer, act, null, facts);

    /// <summary>The same, with an attempt to authenticate that the entry records.</summary>
    public string NoteOf(CallerPartition peer, string act, AuditAttempt? attempt, params (string Name, string Value)[] facts)
    {
        var entry = Refused(peer, act, attempt, facts);
        audit.TryAppend(entry);
        return entry.ExchangeId;
    }

    /// <inheritdoc />
    public void Count(RequestSource who, AuditAttempt attempt) => CountFor(OwnerOf(who), attempt);

    /// <summary>Counts an attempt to authenticate of a party of this machine.</summary>
    public void Count(string who, AuditAttempt attempt) => CountFor(who, attempt);

    /// <summary>Counts an attempt to authenticate of an address block that has no entry of its own.</summary>
    public void CountOf(CallerPartition peer, AuditAttempt attempt) => CountFor(peer, attempt);

    /// <summary>Writes a control entry in the part of the log of a caller; it is durable with the next commit.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="isFollowing">True for an entry about what an earlier one began: it is written even where the caller's part is spent.</param>
    /// <param name="act">Name of the act.</param>
    /// <param name="facts">Further facts.</param>
    public void NoteFor(CallerPartition caller, bool isFollowing, string act, params (string Name, string Value)[] facts) =>
        audit.TryAppend(Entry(act, facts, caller) with { ClosesBegun = isFollowing });

    /// <summary>Writes a control entry about a call. It takes the caller's part of the log, and its parent is the exchange of the call.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="exchange">The id of the exchange; null where it is not known.</param>
    /// <param name="act">Name of the act.</param>
    /// <param name="facts">Further facts.</param>
    public void NoteOfCall(
        (string Issuer, string Subject, string? Client) caller, string? exchange, string act, params (string Name, string Value)[] facts) =>
        audit.TryAppend(Entry(act, facts, CallerPartition.Of(caller.Issuer, caller.Subject)) with
        {
            ParentId = exchange,
            Issuer = caller.Issuer,
            Subject = caller.Subject,
            ClientId = caller.Client,
        });

    /// <summary>
    /// Writes that the gateway used a credential outside of an exchange. Above a rate, further uses for the same person are counted in one entry.
    /// </summary>
    /// <param name="use">The credential.</param>
    /// <param name="person">The person of the use; null for all.</param>
    /// <param name="exchange">The id of the exchange that caused it; null for none.</param>
    /// <param name="facts">Further facts.</param>
    public void NoteUse(
        CredentialUse use, (string Issuer, string Subject, string? Client)? person, string? exchange, params (string Name, string Value)[] facts) =>
        audit.TryAppend(Entry("secret.used", facts, person is { } who ? CallerPartition.Of(who.Issuer, who.Subject) : OwnUses) with
        {
            ParentId = exchange,
            Issuer = person?.Issuer,
            Subject = person?.Subject,
            ClientId = person?.Client,
            Credentials = [use],
            IsRefusal = true, // the bound of refusals: uses beyond it are counted in one entry
        });

    /// <summary>
    /// Writes a control entry about a person of the gateway's own authorization server. It takes the part of the log that the person's calls have.
    /// </summary>
    public void NoteBy(string subject, string act, params (string Name, string Value)[] facts) => audit.TryAppend(EntryBy(subject, act, facts));

    /// <summary>Returns the part of the log that a person of the gateway's own authorization server has.</summary>
    public CallerPartition PartOf(string subject) => CallerPartition.Of(snapshots.Current.Settings.Origin, subject);

    private Task<bool> AppendDurableAsync(AuditEntry entry) => IsDurableAsync(() => audit.AppendDurableAsync(entry));

    private static async Task<bool> IsDurableAsync(Func<ValueTask> append)
    {
        try
        {
            await append().ConfigureAwait(false);
            return true;
        }
        catch (AuditUnavailableException)
        {
            return false;
        }
    }

    private AuditEntry EntryBy(string subject, string act, (string Name, string Value)[] facts) =>
        Entry(act, facts) with { Owner = PartOf(subject), Issuer = snapshots.Current.Settings.Origin };

    private AuditEntry Refused(object owner, string act, AuditAttempt? attempt, (string Name, string Value)[] facts) =>
        Entry(act, facts, owner) with
        {
            IsRefusal = true,
            Attempts = attempt is null ? [] : [attempt],
            Peer = attempt is null ? null : SourceOf(owner),
        };

    private void CountFor(object owner, AuditAttempt attempt) => audit.TryAppend(Entry("attempts.counted", [], owner) with
    {
        Attempts = [attempt],
        Peer = SourceOf(owner),
        IsOnlyCounted = true,
    });

    private static object OwnerOf(RequestSource who) => who.Account is { } account ? account : who.Network;

    private static string SourceOf(object owner) => owner.ToString() is { Length: > 0 } text ? text : "unknown";

    // An owner that is no caller or address block is an account of this machine.
    private AuditEntry Entry(string act, (string Name, string Value)[] facts, object? owner = null) => new()
    {
        Owner = owner,
        OwnerNetwork = owner is CallerPartition peer ? peer.Network() : null,
        IsOwnerStranger = owner is CallerPartition { IsAnonymous: true },
        Kind = AuditEntryKind.Control,
        ExchangeId = Ids.New(time),
        At = time.GetUtcNow(),
        Began = Began,
        Issuer = Issuer,
        Generation = snapshots.Current.Generation,
        // An absent fact has no field (docs/auditors/event-model.md).
        Facts = [KeyValuePair.Create("act", act), .. facts.Where(f => f.Value.Length > 0).Select(f => KeyValuePair.Create(f.Name, f.Value))],
    };
}
