using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Headers;
using Gatehouse.Protocol.Json;
using Gatehouse.Settings;

namespace Gatehouse.Upstreams;

/// <summary>
/// The closed list of headers that are sent upstream (design rule 3). It never includes the caller's Authorization, cookies or forwarding headers.
/// The gateway writes the mirrored headers of the modern era from the validated body (T22, T23).
/// </summary>
internal static class OutgoingHeaders
{
    public static void Write(HttpRequestMessage outgoing, UpstreamRequest request, HttpUpstreamSettings settings, string? sessionId)
    {
        var headers = outgoing.Headers;
        headers.TryAddWithoutValidation("Accept", outgoing.Method == HttpMethod.Get ? "text/event-stream" : "application/json, text/event-stream");
        if (settings.Host is { } host) headers.Host = host;
        if (request.IsModern) WriteModern(outgoing, request);
        else WriteLegacy(outgoing, request, sessionId);
    }

    private static void WriteLegacy(HttpRequestMessage outgoing, UpstreamRequest request, string? sessionId)
    {
        var headers = outgoing.Headers;
        if (request.Session is { } session && sessionId is not null)
        {
            headers.TryAddWithoutValidation(HeaderNames.SessionId, sessionId);
            headers.TryAddWithoutValidation(HeaderNames.ProtocolVersion, session.Revision.Text);
        }
        else if (request.NamesRevision && request.Revision is { } revision)
        {
            headers.TryAddWithoutValidation(HeaderNames.ProtocolVersion, revision.Text);
        }

        if (request.Resume is { } resume) headers.TryAddWithoutValidation(HeaderNames.LastEventId, resume.UpstreamEventId);
    }

    private static void WriteModern(HttpRequestMessage outgoing, UpstreamRequest request)
    {
        var headers = outgoing.Headers;
        headers.TryAddWithoutValidation(HeaderNames.ProtocolVersion, request.Revision!.Text);
        if (request.Message is not { Method: { } method } message) return;
        headers.TryAddWithoutValidation(HeaderNames.Method, MirroredHeader.Encode(method));
        if (ProtocolMethods.TryGet(method, out var known) && known.NameSlot is { } slot && message.Text(slot) is { } name)
            headers.TryAddWithoutValidation(HeaderNames.Name, MirroredHeader.Encode(name));
        WriteParameters(outgoing, request, message);
    }

    private static void WriteParameters(HttpRequestMessage outgoing, UpstreamRequest request, ValidatedMessage message)
    {
        foreach (var parameter in request.MirroredParameters)
        {
            if (parameter.TryGetValue(message, out var range)
                && MirroredHeader.EncodeToken(range.Of(message.Bytes.Span)) is { } value)
            {
                outgoing.Headers.TryAddWithoutValidation(parameter.HeaderName, value);
            }
        }

        foreach (var (name, value) in request.OtherParameters) outgoing.Headers.TryAddWithoutValidation(name, value);
    }
}
