using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.MisplacedTokens;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.Validate;

/// <summary>
/// The check that a client's message has no access token. Only the Authorization header is the place of a token (RFC 6750 §2 and §5.3; OAuth 2.1
/// §5.1; MCP, authorization). In a message it would reach a server, a decision point or a kept payload, and each of them could use it as the caller.
/// </summary>
internal static class ClientTokens
{
    private static readonly (EnvelopeMember Member, string Place)[] Places =
    [
        (EnvelopeMember.ParamsArguments, "arguments"), (EnvelopeMember.ParamsMeta, "_meta"), (EnvelopeMember.ParamsInputResponses, "inputResponses"),
        (EnvelopeMember.Params, "params"), (EnvelopeMember.Result, "result"), (EnvelopeMember.Error, "error"), (EnvelopeMember.Id, "id"),
        (EnvelopeMember.Method, "method"),
    ];

    /// <summary>Returns the kind and place of a token in the message or its mirrored parameters; null when there is none.</summary>
    public static string? Find(Exchange exchange, ValidatedMessage message)
    {
        var search = new TokenSearch(TokenSearch.PresentedIn(exchange.Head.Single(RequestHeader.Authorization)), exchange.Snapshot.Settings);
        var kind = search.Find(message.Bytes.Span, out var at);
        if (kind != MisplacedTokenKind.None) return $"{TokenSearch.NameOf(kind)} {PlaceOf(message, at)}";
        kind = FindInHeaders(exchange, message, search);
        return kind == MisplacedTokenKind.None ? null : $"{TokenSearch.NameOf(kind)} {HeaderNames.ParameterPrefix}*";
    }

    /// <summary>Tells whether the id of the message has a token, so that no answer may repeat the id.</summary>
    public static bool IsInId(Exchange exchange, ValidatedMessage message)
    {
        var search = new TokenSearch(TokenSearch.PresentedIn(exchange.Head.Single(RequestHeader.Authorization)), exchange.Snapshot.Settings);
        return message.Has(EnvelopeMember.Id) && search.Find(message.Raw(EnvelopeMember.Id), out _) != MisplacedTokenKind.None;
    }

    // The only headers of a client that are forwarded as they are.
    private static MisplacedTokenKind FindInHeaders(Exchange exchange, ValidatedMessage message, in TokenSearch search)
    {
        if (exchange.Head.Verb is null || message.Method != "tools/call") return MisplacedTokenKind.None;
        foreach (var (name, value) in exchange.Head.Parameters)
        {
            if (search.Find(value) is not MisplacedTokenKind.None and var inValue) return inValue;
            if (search.Find(name.AsSpan(HeaderNames.ParameterPrefix.Length)) is not MisplacedTokenKind.None and var inName) return inName;
        }

        return MisplacedTokenKind.None;
    }

    private static string PlaceOf(ValidatedMessage message, int at)
    {
        foreach (var (member, place) in Places)
        {
            if (message.Has(member) && message.Range(member) is var range && range.Start <= at && at < range.End) return place;
        }

        return "message";
    }
}
