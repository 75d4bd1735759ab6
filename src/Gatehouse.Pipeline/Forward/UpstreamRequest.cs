using System.Buffers;
using System.Security.Cryptography;
using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Accept;
using Gatehouse.Pipeline.Recording;
using Gatehouse.Pipeline.Sessions;
using Gatehouse.Policy;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Headers;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Forward;

/// <summary>
/// One request to a server: all that an upstream may know of it. An exchange makes none, one or several of them (design rule 6); the gateway
/// makes others by itself.
/// </summary>
/// <remarks>
/// The threat: the code that writes to a server holds more of the client's request than may cross, its token among it (design rules 3 and 5).
/// Neither the client's headers nor its token are here, and no credential is: <see cref="IUpstream"/> has no way to pass them on.
/// </remarks>
public sealed class UpstreamRequest
{
    private readonly UpstreamRequest? first;
    private List<UpstreamRequest>? derived; // and what guards it
    private IUpstream? sentTo;
    private volatile bool answered;

    /// <summary>Creates a request.</summary>
    public UpstreamRequest()
    {
    }

    private UpstreamRequest(UpstreamRequest first) => this.first = first;

    /// <summary>What is wanted of the server.</summary>
    public ExchangeIntent Intent { get; init; }

    /// <summary>The server, and how the configuration describes it.</summary>
    public required ServerSettings Server { get; init; }

    /// <summary>Limits of the configuration that the request was made under.</summary>
    public required LimitSettings Limits { get; init; }

    /// <summary>The message, forwarded in these very bytes; null where the request only listens or ends the session.</summary>
    public ValidatedMessage? Message { get; init; }

    /// <summary>The revision; null where the client named none.</summary>
    public ProtocolRevision? Revision { get; init; }

    /// <summary>True in the modern era (2026-07-28).</summary>
    public bool IsModern => Revision is { IsModern: true };

    /// <summary>True when a request without a session names its revision beside the message (legacy era).</summary>
    public bool NamesRevision { get; init; }

    /// <summary>The session; null outside of sessions.</summary>
    public UpstreamSession? Session { get; init; }

    /// <summary>
    /// True for what is asked in a session, and for what is derived from that outside of it: the handshake that begins the session anew is the
    /// session's own.
    /// </summary>
    public bool IsOfASession => (first ?? this).Session is not null;

    /// <summary>Where a stream is resumed.</summary>
    public ResumePoint? Resume { get; init; }

    /// <summary>Arguments that the tool's definition mirrors beside the message (SEP-2243); their values are read from the message.</summary>
    public IReadOnlyList<ParameterHeader> MirroredParameters { get; init; } = [];

    /// <summary>The client's own <c>Mcp-Param-*</c> that no definition names: the only headers of the client that cross (T19).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> OtherParameters { get; init; } = [];

    /// <summary>Whose request it is; null for what the gateway itself asks.</summary>
    public PolicySubject? Caller { get; init; }

    /// <summary>The caller that a request of the gateway itself serves; null where it serves none, and for the caller's own request.</summary>
    public PolicySubject? OnBehalfOf { get; init; }

    /// <summary>Whose part of what callers have in common the request uses; null where no caller is behind it.</summary>
    public CallerPartition? Partition => (Caller ?? OnBehalfOf) is { } who ? CallerPartition.Of(who.Issuer, who.Subject) : null;

    /// <summary>The record of the exchange, which counts the request; null for what the gateway itself asks.</summary>
    public ExchangeRecord? Record { get; init; }

    /// <summary>When the exchange ends, answered or not; null where it has no deadline of its own, as streams have none.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Called when the server has the message, before its answer; null where no caller waits for that.</summary>
    public Action? Written { get; init; }

    /// <summary>
    /// Another request of the same exchange: the same caller, server, revision and deadline, counted in the same record and abandoned with it.
    /// Its JSON-RPC id names the exchange and is used once, so that an answer reaches this request and no other, and the server's own log can be
    /// matched with the record.
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
            var of = Record?.Id ?? RandomNumberGenerator.GetHexString(20); // what the gateway itself asks has no exchange
            JsonRpcWriter.WriteRequest(buffer, JsonRpcId.Of($"gatehouse-{of}-{others.Count + 1}"), method, parameters);
            if (!MessageValidator.TryValidate(buffer.WrittenMemory, MessageLimits.Default, out var message, out var failure))
                throw new RefusalException(Reasons.InternalFault, failure.Fault.ToString());
            var request = origin.With(message, inSession ? Session : null);
            others.Add(request);
            return request;
        }
    }

    /// <summary>Notes that an upstream sends the request to its server, with each attempt: the record counts it.</summary>
    public void SendingBy(IUpstream upstream)
    {
        sentTo = upstream;
        Record?.CountUpstreamMessage();
    }

    /// <summary>Notes that the server has answered: there is nothing left to abandon.</summary>
    public void Answered() => answered = true;

    /// <summary>Abandons every request of the exchange that a server got and has not answered.</summary>
    internal async ValueTask AbandonAllAsync(Refusal why)
    {
        await AbandonAsync(why).ConfigureAwait(false);
        if (Volatile.Read(ref derived) is not { } list) return;
        UpstreamRequest[] others;
        lock (list) others = [.. list];
        foreach (var other in others) await other.AbandonAsync(why).ConfigureAwait(false);
    }

    /// <summary>The request that forwards an exchange in its present form.</summary>
    internal static UpstreamRequest Of(Exchange exchange)
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

    // T19: unknown ones go on untouched; the inspection has seen that each is single and clean.
    private static List<KeyValuePair<string, string>>? OthersOf(IRequestHead head, IReadOnlyList<ParameterHeader> mirrored)
    {
        List<KeyValuePair<string, string>>? others = null;
        foreach (var parameter in head.WithPrefix(HeaderNames.ParameterPrefix))
        {
            if (!mirrored.Any(one => one.HeaderName.Equals(parameter.Key, StringComparison.OrdinalIgnoreCase))) (others ??= []).Add(parameter);
        }

        return others;
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
