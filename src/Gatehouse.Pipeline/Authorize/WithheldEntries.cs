using Gatehouse.Audit;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Pipeline.Definitions;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Snapshots;

namespace Gatehouse.Pipeline.Authorize;

/// <summary>
/// The entries of a list that are withheld from a caller whatever the policy says: those that a definition policy of the snapshot withholds from all
/// callers, and those that changed in the caller's session (TP-02). All questions of lists to the definition policies are asked here.
/// </summary>
public static class WithheldEntries
{
    /// <summary>Returns the reason why the entry of that name is withheld, as a part of an event; null when it is not.</summary>
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

    /// <summary>Returns the verdicts of the definition policies on the list, after recording that the caller's session sees it.</summary>
    public static EvaluatedList Observe(Exchange exchange, GatewaySnapshot snapshot, ServerList list)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(list);
        var seen = exchange.DefinitionObservation;
        var judged = snapshot.Definitions.Judge(exchange.Server, list, seen);
        exchange.ToldDefinitions.Observe(ListKinds.Definition(list.Kind), judged, seen.At);
        return judged;
    }

    /// <summary>Records the withheld entries in the event of a list.</summary>
    internal static void Note(Exchange exchange, GatewaySnapshot snapshot, ServerList list)
    {
        var judged = Observe(exchange, snapshot, list);
        var kind = ListKinds.Definition(list.Kind);
        foreach (var (name, one) in judged.Definitions)
        {
            if (one.Listed is { } part) exchange.Record.Add(part);
            else if (exchange.ToldDefinitions.Stopped(kind, name) is { } why)
                exchange.Record.Add(DefinitionAuditParts.Of(kind, name, why, one.Digest));
            foreach (var note in one.Notes) exchange.Record.Add(note);
        }
    }
}
