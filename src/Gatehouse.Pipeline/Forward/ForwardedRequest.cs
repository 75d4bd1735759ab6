using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol.Headers;

namespace Gatehouse.Pipeline.Forward;

/// <summary>The request that forwards an exchange.</summary>
internal static class ForwardedRequest
{
    /// <summary>Creates the request that forwards an exchange in its present form.</summary>
    public static UpstreamRequest Of(Exchange exchange)
    {
        var mirrored = exchange.Tool?.Headers ?? [];
        return new UpstreamRequest
        {
            Intent = exchange.Intent,
            Server = exchange.Server,
            Limits = exchange.Snapshot.Settings.Limits,
            Message = exchange.Message,
            Revision = exchange.Revision,
            NamesRevision = exchange.Head.Count(HeaderNames.ProtocolVersion) > 0,
            Session = exchange.Session is { } session ? UpstreamSession.Of(session) : null,
            Resume = exchange.Resume,
            MirroredParameters = mirrored,
            OtherParameters = exchange.IsModern && OthersOf(exchange.Head, mirrored) is { } others ? others : [],
            Caller = exchange.Subject,
            Record = exchange.Record,
            Deadline = exchange.Deadline,
            Written = exchange.Source?.Written,
        };
    }

    // T19: unknown headers are forwarded unchanged. The inspection has checked that each is single and clean.
    private static List<KeyValuePair<string, string>>? OthersOf(IRequestHead head, IReadOnlyList<ParameterHeader> mirrored)
    {
        List<KeyValuePair<string, string>>? others = null;
        foreach (var parameter in head.WithPrefix(HeaderNames.ParameterPrefix))
        {
            if (!mirrored.Any(one => one.HeaderName.Equals(parameter.Key, StringComparison.OrdinalIgnoreCase))) (others ??= []).Add(parameter);
        }

        return others;
    }
}
