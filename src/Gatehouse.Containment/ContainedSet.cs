using System.Collections.Frozen;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Containment;

/// <summary>What is contained at one moment. Immutable: a question costs a look-up, and nothing where nothing is contained.</summary>
internal sealed class ContainedSet
{
    private readonly FrozenDictionary<(ContainmentKind Kind, string Issuer, string Name, string Tool), string> ids;

    /// <summary>Makes the set.</summary>
    /// <param name="all">The containments, the oldest first.</param>
    public ContainedSet(IEnumerable<Contained> all)
    {
        All = [.. all];
        // Two for one thing may be there after a rotation of the key ring.
        ids = All.GroupBy(static one => (one.Facts.Kind, one.Facts.Issuer, one.Facts.Name, one.Facts.Tool))
            .ToFrozenDictionary(static group => group.Key, static group => group.First().Id);
    }

    /// <summary>Nothing is contained.</summary>
    public static ContainedSet Empty { get; } = new([]);

    /// <summary>The containments, the oldest first.</summary>
    public IReadOnlyList<Contained> All { get; }

    /// <summary>Returns the containment of a server; null for none.</summary>
    public string? Server(string name) => Find(ContainmentKind.Server, "", name, "");

    /// <summary>Returns the containment of a tool; null for none.</summary>
    public string? Tool(string server, string tool) => Find(ContainmentKind.Tool, "", server, tool);

    /// <summary>Returns the containment of a user or of the client by which the user comes; null for none.</summary>
    public string? Caller(string issuer, string subject, string? client) =>
        Find(ContainmentKind.User, issuer, subject, "") ?? (client is null ? null : Find(ContainmentKind.Client, issuer, client, ""));

    /// <summary>Returns the containment of the caller of a token; null for none.</summary>
    public string? Caller(VerifiedToken token) => Caller(token.Issuer, token.Subject, token.ClientId);

    /// <summary>Returns the containment of a session; null for none.</summary>
    public string? Session(string uid) => Find(ContainmentKind.Session, "", uid, "");

    /// <summary>Returns the containment of any part of an exchange, as far as its parts are known; null for none.</summary>
    public string? Find(Exchange exchange)
    {
        if (ids.Count == 0) return null;
        return Server(exchange.Server.Name)
            ?? (ToolOf(exchange) is { } tool ? Tool(exchange.Server.Name, tool) : null)
            ?? (exchange.Subject is { } caller ? Caller(caller.Issuer, caller.Subject, caller.ClientId) : null)
            ?? (exchange.Session is { } session ? Session(session.Uid) : null);
    }

    /// <summary>Returns the tool that an exchange calls, or whose task it names; null for none, and for a task before its tool is known.</summary>
    public static string? ToolOf(Exchange exchange) =>
        exchange.Message is { Method: "tools/call" } call ? call.Name : exchange.TaskTool;

    private string? Find(ContainmentKind kind, string issuer, string name, string tool) =>
        ids.Count == 0 ? null : ids.GetValueOrDefault((kind, issuer, name, tool));
}
