using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy;
using Gatehouse.Policy.Decisions;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.ServerRequests;

/// <summary>The decision whether a server may ask this client a question, in its present words.</summary>
internal static class ServerRequestPolicy
{
    /// <summary>Returns the reason why the question is refused; null when it may be asked.</summary>
    public static string? Refuses(Exchange exchange, GatewaySnapshot snapshot, ReadOnlySpan<byte> bytes, ServerRequest ask,
        ClientCapabilities declared)
    {
        if (!IsPermitted(exchange, snapshot, ask.Method)) return "not-permitted";
        if (ask.Method is "roots/list" or "notifications/message" or "notifications/elicitation/complete") return null;
        if (ask.Parameters.IsAbsent || bytes[ask.Parameters.Start] != (byte)'{') return "malformed";
        return ask.Method == "sampling/createMessage"
            ? SamplingScan.Refuses(bytes, ask.Parameters, exchange.Server.Asks, declared)
            : Elicitation(snapshot, bytes, ask.Parameters);
    }

    /// <summary>Returns the text before the server's message that tells the person which server asks, and where a URL leads (H14).</summary>
    /// <param name="server">The server's name in the configuration.</param>
    /// <param name="bytes">The message.</param>
    /// <param name="parameters">The params of an elicitation that was not refused.</param>
    public static string Introduction(string server, ReadOnlySpan<byte> bytes, ByteRange parameters) =>
        IsUrlMode(bytes, parameters) && JsonWalk.TryFindMember(bytes, parameters, "url"u8, out var url)
            ? $"Server \"{server}\" asks you to open {UrlScan.Origin(JsonWalk.String(bytes, url)!)}: "
            : $"Server \"{server}\" asks: ";

    private static bool IsPermitted(Exchange exchange, GatewaySnapshot snapshot, string method)
    {
        if (exchange.Subject is not { } subject || ServerRequest.DirectionOf(method) is not { } direction) return false;
        var request = new PolicyRequest(exchange.Server.Name, method) { Direction = direction, At = exchange.Record.Now };
        var decision = snapshot.Policy.Decide(subject, request);
        if (!decision.IsPermitted)
            exchange.Record.Add(new Audit.AuditPart(Audit.AuditPartKind.Decision, Audit.AuditOutcome.Deny, decision.Reason, decision.RuleId));
        return decision.IsPermitted && Gatehouse.Pipeline.Authorize.Obligations.TryFulfil(exchange, decision, request);
    }

    private static string? Elicitation(GatewaySnapshot snapshot, ReadOnlySpan<byte> bytes, ByteRange parameters)
    {
        if (!JsonWalk.TryFindMember(bytes, parameters, "message"u8, out var message) || JsonWalk.String(bytes, message) is null)
            return "without-a-message";
        if (GatewayImitation.IsIn(bytes, parameters)) return GatewayImitation.Reason;
        var mode = JsonWalk.TryFindMember(bytes, parameters, "mode"u8, out var value) ? JsonWalk.String(bytes, value) : "form";
        var hasUrl = JsonWalk.TryFindMember(bytes, parameters, "url"u8, out _);
        var hasForm = JsonWalk.TryFindMember(bytes, parameters, "requestedSchema"u8, out _);
        if (hasUrl && hasForm) return "two-modes"; // a client that does not know modes would show the form of a request that was judged as a URL
        if (mode == "form") return hasUrl ? "two-modes" : FormScan.Refuses(bytes, parameters);
        if (mode != "url") return "unknown-mode";
        return JsonWalk.TryFindMember(bytes, parameters, "url"u8, out var url) && JsonWalk.String(bytes, url) is { } text
            ? UrlScan.Refuses(text, snapshot.Settings.Development)
            : "url-not-plain";
    }

    private static bool IsUrlMode(ReadOnlySpan<byte> bytes, ByteRange parameters) =>
        JsonWalk.TryFindMember(bytes, parameters, "mode"u8, out var mode) && JsonWalk.String(bytes, mode) == "url";
}
