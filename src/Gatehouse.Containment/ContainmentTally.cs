using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Containment;

/// <summary>Counts exchanges that a containment ends. Safe for concurrent use.</summary>
internal sealed class ContainmentTally
{
    private readonly Lock gate = new();
    private readonly HashSet<(string Issuer, string Subject)> people = [];
    private int requests;
    private int unknown;
    private int streams;

    public void Name(string issuer, string subject)
    {
        lock (gate) people.Add((issuer, subject));
    }

    /// <summary>Returns whether the containment ends an exchange whose caller is known, and counts it if so.</summary>
    public bool Count(ContainmentFacts facts, Exchange exchange)
    {
        if (!Ends(facts, exchange)) return false;
        lock (gate)
        {
            if (exchange.Subject is { } caller) people.Add((caller.Issuer, caller.Subject));
            if (IsStream(exchange)) streams++;
            else
            {
                requests++;
                if (exchange is { Upstream: not null, Message.Kind: MessageKind.Request }) unknown++;
            }
        }

        return true;
    }

    public ContainmentCut Cut()
    {
        lock (gate)
        {
            return new ContainmentCut
            {
                Requests = requests,
                Unknown = unknown,
                Streams = streams,
                People = [.. people.Select(static one => one.Subject).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            };
        }
    }

    private static bool IsStream(Exchange exchange) =>
        exchange.Message is { } message ? message.Method == "subscriptions/listen" : exchange.Intent == ExchangeIntent.Listen;

    private static bool Ends(ContainmentFacts facts, Exchange exchange) => facts.Kind switch
    {
        ContainmentKind.Server => exchange.Server.Name == facts.Name,
        ContainmentKind.Tool => exchange.Server.Name == facts.Name && MayCarry(exchange, facts.Tool),
        ContainmentKind.Session => exchange.Session?.Uid == facts.Name,
        _ => exchange.Subject is { } caller && facts.IsCaller(caller.Issuer, caller.Subject, caller.ClientId),
    };

    // The tool of a task, of an answer on a resumed stream, or of a body that is still on its way, is not known here. The client asks again, and
    // is decided again.
    private static bool MayCarry(Exchange exchange, string tool) =>
        ContainedSet.ToolOf(exchange) == tool || exchange.Resume is not null || exchange is { Message: null, Intent: ExchangeIntent.Message }
            || exchange.Message?.Method?.StartsWith("tasks/", StringComparison.Ordinal) == true;
}
