using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Configuration;
using Gatehouse.Pipeline.Stages;
using Gatehouse.Protocol;

namespace Gatehouse.Gateway.Upstreams;

/// <summary>
/// The closed list of headers that go upstream (design rule 3). Never among them: the caller's Authorization, cookies,
/// forwarding headers. What the modern era mirrors is written by us from the proven body (T22, T23).
/// </summary>
internal static class OutgoingHeaders
{
    public static void Write(HttpRequestMessage request, Exchange exchange, HttpUpstreamSettings settings, string? sessionId)
    {
        var headers = request.Headers;
        headers.TryAddWithoutValidation("Accept", request.Method == HttpMethod.Get ? "text/event-stream" : "application/json, text/event-stream");
        if (settings.Host is { } host) headers.Host = host;
        if (exchange.IsModern) WriteModern(request, exchange);
        else WriteLegacy(request, exchange, sessionId);
    }

    private static void WriteLegacy(HttpRequestMessage request, Exchange exchange, string? sessionId)
    {
        var headers = request.Headers;
        if (exchange.Session is { } session && sessionId is not null)
        {
            headers.TryAddWithoutValidation(HeaderNames.SessionId, sessionId);
            headers.TryAddWithoutValidation(HeaderNames.ProtocolVersion, session.Revision.Text);
        }
        else if ((exchange.Head.Count(HeaderNames.ProtocolVersion) > 0 || IsOwnQuestion(exchange)) && exchange.Revision is { } revision)
        {
            headers.TryAddWithoutValidation(HeaderNames.ProtocolVersion, revision.Text);
        }

        if (exchange.Resume is { } resume) headers.TryAddWithoutValidation(HeaderNames.LastEventId, resume.UpstreamEventId);
    }

    // What the gateway itself asks a server without sessions; the handshake has no revision yet.
    private static bool IsOwnQuestion(Exchange exchange) => exchange.Subject is null && exchange.Message is { Method: not "initialize" };

    private static void WriteModern(HttpRequestMessage request, Exchange exchange)
    {
        var headers = request.Headers;
        headers.TryAddWithoutValidation(HeaderNames.ProtocolVersion, exchange.Revision!.Text);
        if (exchange.Message is not { Method: { } method } message) return;
        headers.TryAddWithoutValidation(HeaderNames.Method, MirroredHeader.Encode(method));
        if (ProtocolMethods.TryGet(method, out var known) && known.NameSlot is { } slot && message.Text(slot) is { } name)
            headers.TryAddWithoutValidation(HeaderNames.Name, MirroredHeader.Encode(name));
        WriteParameters(request, exchange, message);
    }

    private static void WriteParameters(HttpRequestMessage request, Exchange exchange, ProvenMessage message)
    {
        var known = exchange.Tool?.Headers ?? [];
        foreach (var parameter in known)
        {
            if (parameter.TryGetValue(message, out var range)
                && MirroredHeader.EncodeToken(range.Of(message.Bytes.Span)) is { } value)
            {
                request.Headers.TryAddWithoutValidation(parameter.HeaderName, value);
            }
        }

        // T19: unknown ones go on untouched; the inspection has seen that each is single and clean.
        foreach (var (name, value) in exchange.Head.WithPrefix(HeaderNames.ParameterPrefix))
        {
            if (!known.Any(p => p.HeaderName.Equals(name, StringComparison.OrdinalIgnoreCase)))
                request.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
