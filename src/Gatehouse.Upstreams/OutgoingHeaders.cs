using Gatehouse.Outbound;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Headers;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Upstreams;

/// <summary>
/// The closed list of headers that are sent upstream (design rule 3). It never includes the caller's Authorization, cookies or forwarding headers.
/// The gateway writes the mirrored headers of the modern era from the validated body (T22, T23).
/// </summary>
internal readonly struct OutgoingHeaders(IOutgoingHead head, UpstreamRequest request, UpstreamCredential? credential)
{
    /// <summary>Writes the headers of a request. The credential is the only header of its name, whichever header a caller could reach.</summary>
    /// <param name="head">The head that they are written to.</param>
    /// <param name="request">The request.</param>
    /// <param name="isGet">True for a request that opens a stream.</param>
    /// <param name="sessionId">The server's id of the session; null for none.</param>
    /// <param name="credential">The credential for the server; null for none.</param>
    public static void Write(IOutgoingHead head, UpstreamRequest request, bool isGet, string? sessionId, UpstreamCredential? credential)
    {
        credential?.WriteTo(head);
        var headers = new OutgoingHeaders(head, request, credential);
        headers.Add("Accept", isGet ? "text/event-stream" : "application/json, text/event-stream");
        headers.AddOrigin();
        if (request.IsModern) headers.AddModern();
        else headers.AddLegacy(sessionId);
    }

    private void Add(string name, string value)
    {
        if (credential?.Is(name) != true) head.Add(name, value);
    }

    // A line in the log of the server that has one of them belongs to one event of ours. No caller chooses either.
    private void AddOrigin()
    {
        if (request.Record is not { } record) return;
        Add("Gatehouse-Request-Id", record.Id);
        if (record.TraceParent is { } trace) Add("Traceparent", trace);
    }

    private void AddLegacy(string? sessionId)
    {
        if (request.Session is { } session && sessionId is not null)
        {
            Add(HeaderNames.SessionId, sessionId);
            Add(HeaderNames.ProtocolVersion, session.Revision.Text);
        }
        else if (request.NamesRevision && request.Revision is { } revision)
        {
            Add(HeaderNames.ProtocolVersion, revision.Text);
        }

        if (request.Resume is { } resume) Add(HeaderNames.LastEventId, resume.UpstreamEventId);
    }

    private void AddModern()
    {
        Add(HeaderNames.ProtocolVersion, request.Revision!.Text);
        if (request.Message is not { Method: { } method } message) return;
        Add(HeaderNames.Method, MirroredHeader.Encode(method));
        if (ProtocolMethods.TryGet(method, out var known) && known.NameSlot is { } slot && message.Text(slot) is { } name)
            Add(HeaderNames.Name, MirroredHeader.Encode(name));
        AddParameters(message);
    }

    private void AddParameters(ValidatedMessage message)
    {
        foreach (var parameter in request.MirroredParameters)
        {
            if (parameter.TryGetValue(message, out var range) && MirroredHeader.EncodeToken(range.Of(message.Bytes.Span)) is { } value)
                Add(parameter.HeaderName, value);
        }

        foreach (var (name, value) in request.OtherParameters) Add(name, value);
    }
}
