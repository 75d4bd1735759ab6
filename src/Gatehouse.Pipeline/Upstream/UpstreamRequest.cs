using System.Buffers;
using System.Security.Cryptography;
using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Records;
using Gatehouse.Policy;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Framing;
using Gatehouse.Protocol.Headers;
using Gatehouse.Protocol.Validation;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Upstream;

/// <summary>
/// One request to a server, with everything that an upstream may know of it. An exchange makes none, one or several of them (design rule 6); the
/// gateway makes others itself.
/// </summary>
/// <remarks>
/// The threat: the code that writes to a server has more of the client's request than may be forwarded, including its token (design rules 3 and 5).
/// Neither the client's headers nor its token nor a credential are here: <see cref="IUpstream"/> has no way to forward them.
/// </remarks>
public sealed class UpstreamRequest
{
    private readonly UpstreamRequest? first;
    private List<UpstreamRequest>? derived; // with the lock that guards it
    private IUpstream? sentTo;
    private volatile bool answered;

    /// <summary>Creates a request.</summary>
    public UpstreamRequest()
    {
    }

    private UpstreamRequest(UpstreamRequest first) => this.first = first;

    /// <summary>Intent of the request to the server.</summary>
    public ExchangeIntent Intent { get; init; }

    /// <summary>The server, as the configuration describes it.</summary>
    public required ServerSettings Server { get; init; }

    /// <summary>Limits of the configuration that the request was made under.</summary>
    public required LimitSettings Limits { get; init; }

    /// <summary>The message, forwarded in exactly these bytes; null when the request only listens or ends the session.</summary>
    public ValidatedMessage? Message { get; init; }

    /// <summary>The revision; null when the client named none.</summary>
    public ProtocolRevision? Revision { get; init; }

    /// <summary>True in the modern era (2026-07-28).</summary>
    public bool IsModern => Revision is { IsModern: true };

    /// <summary>True when a request without a session names its revision outside of the message (legacy era).</summary>
    public bool NamesRevision { get; init; }

    /// <summary>The session; null outside of sessions.</summary>
    public UpstreamSession? Session { get; init; }

    /// <summary>
    /// True for a request in a session, and for a request derived from it outside of it: the handshake that begins the session again belongs to the
    /// session.
    /// </summary>
    public bool IsOfASession => (first ?? this).Session is not null;

    /// <summary>Position at which a stream is resumed.</summary>
    public ResumePoint? Resume { get; init; }

    /// <summary>Arguments that the tool's definition also mirrors into headers (SEP-2243); their values are read from the message.</summary>
    public IReadOnlyList<ParameterHeader> MirroredParameters { get; init; } = [];

    /// <summary>
    /// The client's own <c>Mcp-Param-*</c> headers that no definition names: the only headers of the client that are forwarded (T19).
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> OtherParameters { get; init; } = [];

    /// <summary>The caller of the request; null for the gateway's own requests.</summary>
    public PolicySubject? Caller { get; init; }

    /// <summary>The caller that a request of the gateway itself serves; null when it serves none, and for the caller's own request.</summary>
    public PolicySubject? OnBehalfOf { get; init; }

    /// <summary>The caller whose part of shared bounds the request uses; null when it has no caller.</summary>
    public CallerPartition? Partition => (Caller ?? OnBehalfOf) is { } who ? CallerPartition.Of(who.Issuer, who.Subject) : null;

    /// <summary>The record of the exchange, which counts the request; null for the gateway's own requests.</summary>
    public ExchangeRecord? Record { get; init; }

    /// <summary>Time at which the exchange ends, answered or not; null when it has no deadline of its own, as for streams.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Called when the server has the message, before its answer; null when no caller waits for that.</summary>
    public Action? Written { get; init; }

    /// <summary>
    /// Creates another request of the same exchange: the same caller, server, revision and deadline, counted in the same record and abandoned with
    /// it. Its JSON-RPC id names the exchange and is used once. So an answer reaches only this request, and the server's own log can be matched with
    /// the record.
    /// </summary>
    /// <param name="method">The method.</param>
    /// <param name="parameters">Its params, as JSON.</param>
    /// <param name="inSession">False for a request outside of the session, such as the handshake of another one.</param>
    public UpstreamRequest Derive(string method, ReadOnlySpan<byte> parameters, bool inSession = true)
    {
        var origin = first ?? this;
        var others = LazyInitializer.EnsureInitialized(ref origin.derived, static () => []);
        lock (others)
        {
            var buffer = new ArrayBufferWriter<byte>();
            var of = Record?.Id ?? RandomNumberGenerator.GetHexString(20); // the gateway's own requests have no exchange
            JsonRpcWriter.WriteRequest(buffer, JsonRpcId.Of($"gatehouse-{of}-{others.Count + 1}"), method, parameters);
            if (!MessageValidator.TryValidate(buffer.WrittenMemory, MessageLimits.Default, out var message, out var failure))
                throw new RefusalException(Reasons.InternalFault, failure.Fault.ToString());
            var request = origin.With(message, inSession ? Session : null);
            others.Add(request);
            return request;
        }
    }

    /// <summary>Records that an upstream sends the request to its server, for each attempt: the record counts it.</summary>
    public void SendingBy(IUpstream upstream)
    {
        sentTo = upstream;
        Record?.CountUpstreamMessage();
    }

    /// <summary>Records that the server has answered: there is nothing left to abandon.</summary>
    public void Answered() => answered = true;

    /// <summary>Abandons every request of the exchange that a server received and has not answered.</summary>
    internal async ValueTask AbandonAllAsync(Refusal why)
    {
        await AbandonAsync(why).ConfigureAwait(false);
        if (Volatile.Read(ref derived) is not { } list) return;
        UpstreamRequest[] others;
        lock (list) others = [.. list];
        foreach (var other in others) await other.AbandonAsync(why).ConfigureAwait(false);
    }

    private UpstreamRequest With(ValidatedMessage message, UpstreamSession? session) => new(this)
    {
        Server = Server,
        Limits = Limits,
        Message = message,
        Revision = Revision,
        NamesRevision = NamesRevision && message.Method != "initialize",
        Session = session,
        Caller = Caller,
        OnBehalfOf = OnBehalfOf,
        Record = Record,
        Deadline = Deadline,
    };

    private ValueTask AbandonAsync(Refusal why) => sentTo is { } upstream && !answered ? upstream.AbandonAsync(this, why) : ValueTask.CompletedTask;
}
