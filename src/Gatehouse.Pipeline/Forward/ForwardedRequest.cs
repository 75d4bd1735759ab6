using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Upstream;

namespace Gatehouse.Pipeline.Forward;

/// <summary>The request that forwards an exchange.</summary>
internal static class ForwardedRequest
{
    /// <summary>Creates the request that forwards an exchange in its present form.</summary>
    public static UpstreamRequest Of(Exchange exchange)
    {
        return new UpstreamRequest
        {
            Intent = exchange.Intent,
            Server = exchange.Server,
            Limits = exchange.Snapshot.Settings.Limits,
            Message = exchange.Message,
            Revision = exchange.Revision,
            NamesRevision = exchange.Head.Has(RequestHeader.ProtocolVersion),
            Session = exchange.Session is { } session ? UpstreamSession.Of(session) : null,
            Resume = exchange.Resume,
            MirroredParameters = exchange.Tool?.Headers ?? [],
            OtherParameters = UndeclaredParameters.Of(exchange),
            Caller = exchange.Subject,
            Record = exchange.Record,
            Deadline = exchange.Deadline,
            Written = exchange.Source?.Written,
        };
    }
}
