using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Schemas;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Pipeline.Uris;
using Gatehouse.Policy;
using Gatehouse.Policy.Decisions;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Authorize;

/// <summary>The part of a server's lists that a caller may see. All policy questions about lists are asked here (AZ-01).</summary>
public static class Visibility
{
    // A name that no server uses: a caller who may use it may use any name.
    private const string AnyName = "gatehouse-any-name-8f0e2c4b";

    /// <summary>
    /// Returns the part of a list that the caller sees. Every entry is asked about. Nothing is kept between callers: a decision may depend on more
    /// than the caller.
    /// </summary>
    public static VisibleList Of(Exchange exchange, GatewaySnapshot snapshot, ServerList list)
    {
        ArgumentNullException.ThrowIfNull(list);
        return VisibleList.Of(list, entry => Shows(exchange, snapshot, list, entry));
    }

    /// <summary>
    /// Asks an external decision point, if there is one, about all entries of the list and about an arbitrary name (AZ-06). An entry without an
    /// answer is not shown.
    /// </summary>
    /// <exception cref="RefusalException">It made no decision: a list that is shortened by an outage would be taken for the whole list.</exception>
    public static async ValueTask AskAsync(Exchange exchange, GatewaySnapshot snapshot, ServerList list, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(list);
        if (snapshot.DecidesAlone) return;
        string[] names = [AnyName, .. list.Entries.Select(entry => entry.Name)];
        if (await AskAsync(exchange, snapshot, list.Kind, names, cancellation).ConfigureAwait(false) is { } reason)
            throw new RefusalException(reason, "a list cannot be decided");
    }

    /// <summary>Asks about names; an entry without a decision is not shown.</summary>
    /// <returns>The reason why one of them has no decision; null when each has one.</returns>
    internal static async ValueTask<Reason?> AskAsync(Exchange exchange, GatewaySnapshot snapshot, ListKind kind, IReadOnlyList<string> names,
        CancellationToken cancellation)
    {
        if (snapshot.DecidesAlone || exchange.Subject is not { } subject) return null;
        var decisions = new PolicyDecision[names.Count];
        var questions = names.Select(name => Question(exchange, kind, name)).ToArray();
        await snapshot.Decisions.DecideManyAsync(subject, questions, decisions, cancellation).ConfigureAwait(false);
        for (var at = 0; at < decisions.Length; at++) exchange.Foretold.Note(snapshot.Generation, kind, names[at], decisions[at].IsPermitted);
        ExternalDecisionAudit.AddList(exchange, decisions);
        return ExternalDecisionAudit.ReasonOf(decisions.FirstOrDefault(decision => decision.External is { IsFault: true }).External?.Outcome);
    }

    /// <summary>Asks whether the caller may use any name of each list.</summary>
    internal static async ValueTask AskOpenAsync(Exchange exchange, GatewaySnapshot snapshot, CancellationToken cancellation)
    {
        if (snapshot.DecidesAlone) return;
        foreach (var kind in ListKinds.All) await AskAsync(exchange, snapshot, kind, [AnyName], cancellation).ConfigureAwait(false);
    }

    /// <summary>Tells whether the policy lets the caller use the entry with this name.</summary>
    public static bool IsPermitted(Exchange exchange, GatewaySnapshot snapshot, ListKind kind, string name)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(snapshot);
        if (exchange.Subject is not { } subject) return false;
        return snapshot.DecidesAlone
            ? snapshot.Policy.Decide(subject, Question(exchange, kind, name)).IsPermitted
            : exchange.Foretold.IsPermitted(snapshot.Generation, kind, name);
    }

    /// <summary>
    /// Tells whether the entry is visible to the caller: permitted, no MCP App (ST-09), usable in its era (T20), with schemas that can be checked
    /// (E10), and not withheld (TP-02).
    /// </summary>
    public static bool Shows(Exchange exchange, GatewaySnapshot snapshot, ServerList list, ListEntry entry)
    {
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(entry);
        return Exists(exchange, snapshot, list, entry) && IsPermitted(exchange, snapshot, list.Kind, entry.Name);
    }

    /// <summary>Tells whether a caller of this era and session can use the entry at all, whatever the policy says.</summary>
    public static bool Exists(Exchange exchange, GatewaySnapshot snapshot, ServerList list, ListEntry entry)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(entry);
        var usable = list.Kind switch
        {
            ListKind.Tools => (!exchange.IsModern || entry.Tool is not { Fault: not null }) && CanBeChecked(exchange, entry.Tool),
            ListKind.Resources or ListKind.Templates => !ResourceUri.IsApp(entry.Name),
            _ => true,
        };
        return usable && WithheldEntries.Find(exchange, snapshot, list, entry.Name) is null;
    }

    // Design rule 10, E10: a tool that cannot be checked is not called, so it is not shown either. If deviations are only recorded, it is shown.
    private static bool CanBeChecked(Exchange exchange, ToolDefinition? tool) => tool is null
        || ((exchange.Server.Schemas.Input == EnforcementMode.Record || tool.Input?.Fault is null)
            && (exchange.Server.Schemas.Output == EnforcementMode.Record || tool.Output?.Fault is null));

    /// <summary>Tells whether the policy does not depend on the server's list: the caller may use any name that is not forbidden.</summary>
    public static bool IsOpen(Exchange exchange, GatewaySnapshot snapshot, ListKind kind) => IsPermitted(exchange, snapshot, kind, AnyName);

    private static PolicyRequest Question(Exchange exchange, ListKind kind, string name) => (kind switch
    {
        ListKind.Tools => PolicyTargets.Tool(exchange.Server.Name, name),
        ListKind.Prompts => PolicyTargets.Prompt(exchange.Server.Name, name),
        ListKind.Resources => PolicyTargets.Resource(exchange.Server.Name, name),
        _ => PolicyTargets.Template(exchange.Server.Name, name),
    }) with
    { Direction = PolicyDirection.Lists, At = exchange.Record.Now, Revision = exchange.Revision?.Text };
}
