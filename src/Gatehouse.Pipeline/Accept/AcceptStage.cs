using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Accept;

/// <summary>
/// The stage that decides whether a request line and its headers may enter. It examines nothing else: no body byte is read before the caller is
/// known.
/// </summary>
/// <remarks>
/// Media types are examined here and refused by the validate stage. A client without a token must first learn that one is needed and where
/// (RFC 9728 §5.1), whatever media types it sends or accepts.
/// </remarks>
public sealed class AcceptStage : IStage
{
    /// <inheritdoc />
    public string Name => "accept";

    /// <inheritdoc />
    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return ValueTask.FromResult(Judge(exchange));
    }

    private static StageOutcome Judge(Exchange exchange)
    {
        var head = exchange.Head;
        if (head.Verb is null) return StageOutcome.Continue; // not HTTP: the host has named the server
        if (!head.IsFramedPlainly) return StageOutcome.Deny(Reasons.FramingAmbiguous);
        var settings = exchange.Snapshot.Settings;
        if (!IsPlainPath(head.Path)) return StageOutcome.Deny(Reasons.PathAmbiguous);
        var exact = FindServer(settings, head.Path);
        if ((exact ?? FindWithSlash(settings, head)) is not { } server) return StageOutcome.Deny(Reasons.UnknownPath);
        exchange.Server = server;
        if (head.Repeated is { } repeated) return StageOutcome.Deny(Reasons.HeaderRepeated, HeaderNames.Of(repeated));
        if (!HostPolicy.IsServed(head.Single(RequestHeader.Host), settings)) return StageOutcome.Deny(Reasons.HostNotServed);
        if (head.Has(RequestHeader.Origin) && !HostPolicy.IsAllowedOrigin(head.Single(RequestHeader.Origin), settings))
            return StageOutcome.Deny(Reasons.OriginNotAllowed);
        if (head.Has(RequestHeader.Trailer)) return StageOutcome.Deny(Reasons.TrailersNotAllowed);
        if (head.HasQuery) return StageOutcome.Deny(Reasons.QueryNotAllowed);
        // A person pasted the address with a slash behind it, and would take a status without a body for a gateway that is down.
        if (exact is null) return AfterSignIn(exchange, StageOutcome.Deny(Reasons.PathWithSlash));
        return head.Verb switch
        {
            "POST" => AfterSignIn(exchange, JudgePost(head)),
            "GET" => JudgeGet(exchange),
            "DELETE" => JudgeLegacyVerb(head),
            _ => VerbNotAllowed(),
        };
    }

    private static ServerSettings? FindServer(GatewaySettings settings, string path)
    {
        for (var i = 0; i < settings.Servers.Count; i++)
        {
            if (settings.Servers[i].Path == path) return settings.Servers[i];
        }

        return null;
    }

    private static ServerSettings? FindWithSlash(GatewaySettings settings, IRequestHead head) =>
        head is { Verb: "POST" or "GET" or "DELETE", Path: [_, .., '/'] path } ? FindServer(settings, path[..^1]) : null;

    private static StageOutcome JudgePost(IRequestHead head)
    {
        if (!MediaTypes.IsJson(head.Single(RequestHeader.ContentType))) return StageOutcome.Deny(Reasons.MediaTypeUnsupported);
        if (head.Single(RequestHeader.ContentEncoding) is { } coding && !coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            return StageOutcome.Deny(Reasons.ContentCodingUnsupported);
        return MediaTypes.Accepts(head.Accept, "application", "json") && MediaTypes.Accepts(head.Accept, "text", "event-stream")
            ? StageOutcome.Continue
            : StageOutcome.Deny(Reasons.NotAcceptable);
    }

    private static StageOutcome JudgeGet(Exchange exchange)
    {
        var outcome = JudgeLegacyVerb(exchange.Head);
        if (outcome.Refusal is not null) return outcome;
        return AfterSignIn(exchange, MediaTypes.Accepts(exchange.Head.Accept, "text", "event-stream") ? StageOutcome.Continue
            : StageOutcome.Deny(Reasons.NotAcceptable));
    }

    private static StageOutcome AfterSignIn(Exchange exchange, StageOutcome outcome)
    {
        exchange.RefusalAfterSignIn = outcome.Refusal;
        return StageOutcome.Continue;
    }

    // The modern era has only POST (T04); a request names its era in the version header.
    private static StageOutcome JudgeLegacyVerb(IRequestHead head) =>
        Protocol.ProtocolRevision.TryParse(head.Single(RequestHeader.ProtocolVersion), out var revision) && revision.IsModern
            ? VerbNotAllowed()
            : StageOutcome.Continue;

    private static StageOutcome VerbNotAllowed() =>
        StageOutcome.Deny(new Refusal(Reasons.VerbNotAllowed) { Allow = "POST, GET, DELETE" });

    // Different programs interpret encoded separators, dot segments and double slashes differently.
    private static bool IsPlainPath(string path)
    {
        if (path.Length == 0 || path[0] != '/' || path.Contains("//", StringComparison.Ordinal)) return false;
        foreach (var character in path)
        {
            if (character is '%' or '\\' or ';' or <= ' ' or > '~') return false;
        }

        foreach (var segment in path.AsSpan().Split('/'))
        {
            if (path.AsSpan(segment) is "." or "..") return false;
        }

        return true;
    }
}
