using Gatehouse.Pipeline.Stages;
using Gatehouse.Policy;

namespace Gatehouse.Pipeline.Listing;

/// <summary>What of a server's lists a caller may see. All questions of lists to the policy are asked here (AZ-01).</summary>
public static class Visibility
{
    // A name that nobody gives to anything: who may use it may use whatever name there is.
    private const string AnyName = "gatehouse-any-name-8f0e2c4b";

    /// <summary>True when the policy lets the caller use what has this name.</summary>
    public static bool IsPermitted(Exchange exchange, GatewaySnapshot snapshot, ListKind kind, string name)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(snapshot);
        return exchange.Subject is { } subject && snapshot.Policy.Decide(subject, Question(exchange, kind, name)).IsPermitted;
    }

    /// <summary>True when the entry is there for the caller: permitted, no MCP App (ST-09), and usable in its era (T20).</summary>
    public static bool Shows(Exchange exchange, GatewaySnapshot snapshot, ListKind kind, ListEntry entry)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(entry);
        return Exists(exchange, kind, entry) && IsPermitted(exchange, snapshot, kind, entry.Name);
    }

    /// <summary>True when the entry is one that a caller of this era can use at all, whatever the policy says.</summary>
    public static bool Exists(Exchange exchange, ListKind kind, ListEntry entry)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(entry);
        return kind switch
        {
            ListKind.Tools => !exchange.IsModern || entry.Tool is not { Fault: not null },
            ListKind.Resources or ListKind.Templates => !ResourceUri.IsApp(entry.Name),
            _ => true,
        };
    }

    /// <summary>True when the policy does not depend on what the server has: the caller may use any name that is not forbidden.</summary>
    public static bool IsOpen(Exchange exchange, GatewaySnapshot snapshot, ListKind kind) => IsPermitted(exchange, snapshot, kind, AnyName);

    private static PolicyRequest Question(Exchange exchange, ListKind kind, string name) => (kind switch
    {
        ListKind.Tools => PolicyTargets.Tool(exchange.Server.Name, name),
        ListKind.Prompts => PolicyTargets.Prompt(exchange.Server.Name, name),
        ListKind.Resources => PolicyTargets.Resource(exchange.Server.Name, name),
        _ => PolicyTargets.Template(exchange.Server.Name, name),
    }) with { Direction = PolicyDirection.Lists, At = exchange.Record.Now };
}
