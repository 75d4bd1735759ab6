using Gatehouse.Audit;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Pipeline.Definitions;

namespace Gatehouse.Pipeline.Lists;

/// <summary>
/// Which entries of a list are withheld from a caller whatever the policy says: those that a judge of the snapshot withholds from
/// everybody, and those that became others in the caller's session (TP-02). All questions of lists to the judges are asked here.
/// </summary>
public static class WithheldEntries
{
    /// <summary>Why the entry of that name is withheld, as a part of an event; null when it is not.</summary>
    public static AuditPart? Find(Exchange exchange, GatewaySnapshot snapshot, ServerList list, string name)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(list);
        var judged = Observe(exchange, snapshot, list);
        if (judged.Find(name) is not { } one) return null;
        if (one.Withheld is not null) return one.InForce;
        return exchange.ToldDefinitions.Stopped(ListKinds.Definition(list.Kind), name) is { } why
            ? new AuditPart(AuditPartKind.Definition, AuditOutcome.Withheld, why, one.Digest)
            : null;
    }

    /// <summary>What the judges say of the list, after it was noted what the caller's session sees of the server.</summary>
    public static EvaluatedList Observe(Exchange exchange, GatewaySnapshot snapshot, ServerList list)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(list);
        var judged = snapshot.Definitions.Judge(exchange, list);
        exchange.ToldDefinitions.Observe(ListKinds.Definition(list.Kind), judged, exchange.Record);
        return judged;
    }

    /// <summary>Notes in the event of a list what is withheld of it.</summary>
    internal static void Note(Exchange exchange, GatewaySnapshot snapshot, ServerList list)
    {
        var judged = Observe(exchange, snapshot, list);
        var kind = ListKinds.Definition(list.Kind);
        foreach (var (name, one) in judged.Definitions)
        {
            if (one.Listed is { } part) exchange.Record.Add(part);
            else if (exchange.ToldDefinitions.Stopped(kind, name) is { } why) exchange.Record.Add(DefinitionAuditParts.Of(kind, name, why));
            foreach (var note in one.Notes) exchange.Record.Add(note);
        }
    }
}
