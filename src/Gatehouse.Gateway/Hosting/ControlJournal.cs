using Gatehouse.Administration;
using Gatehouse.Audit;
using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Records;
using Gatehouse.Pipeline.Snapshots;

namespace Gatehouse.Gateway.Hosting;

/// <summary>Control entries of the audit log: acts of administration and facts about the gateway.</summary>
internal sealed class ControlJournal(IAuditLog audit, SnapshotHolder snapshots, TimeProvider time) : IAdministrationJournal
{
    /// <inheritdoc />
    public bool IsAvailable => audit.IsAvailable;

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
        try
        {
            await audit.AppendDurableAsync(Entry(act, facts)).ConfigureAwait(false);
            return true;
        }
        catch (AuditUnavailableException)
        {
            return false;
        }
    }

    /// <summary>
    /// Writes a control entry about a party that was refused. Above a rate, further refusals of the same party are counted in one entry.
    /// </summary>
    /// <param name="who">The party; compared by equality.</param>
    /// <param name="act">Name of the act.</param>
    /// <param name="facts">Further facts.</param>
    public void NoteRefused(string who, string act, params (string Name, string Value)[] facts) => NoteOf(who, act, facts);

    /// <summary>Writes a control entry in the part of the log of an address block, with the bound of <see cref="NoteRefused"/>.</summary>
    /// <returns>The id of the entry. An entry that was only counted is not in the log by this id.</returns>
    public string NoteOf(CallerPartition peer, string act, params (string Name, string Value)[] facts) => NoteOf((object)peer, act, facts);

    /// <summary>
    /// Writes a control entry about a person of the gateway's own authorization server. It takes the part of the log that the person's calls have.
    /// </summary>
    public void NoteBy(string subject, string act, params (string Name, string Value)[] facts)
    {
        var issuer = snapshots.Current.Settings.Origin;
        audit.TryAppend(Entry(act, facts) with { Owner = CallerPartition.Of(issuer, subject), Issuer = issuer });
    }

    private string NoteOf(object owner, string act, (string Name, string Value)[] facts)
    {
        var entry = Entry(act, facts) with { Owner = owner, IsRefusal = true };
        audit.TryAppend(entry);
        return entry.ExchangeId;
    }

    private AuditEntry Entry(string act, (string Name, string Value)[] facts) => new()
    {
        Kind = AuditEntryKind.Control,
        ExchangeId = Ids.New(time),
        At = time.GetUtcNow(),
        Generation = snapshots.Current.Generation,
        Facts = [KeyValuePair.Create("act", act), .. facts.Select(f => KeyValuePair.Create(f.Name, f.Value))],
    };
}
