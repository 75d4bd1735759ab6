using Gatehouse.Audit;
using Gatehouse.Identity;
using Gatehouse.Pipeline.Configuration;
using Gatehouse.Pipeline.Definitions;
using Gatehouse.Pipeline.Listing;
using Gatehouse.Policy;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline;

/// <summary>
/// One exchange on its way through the stages: the record, the snapshot it began with and what the stages found out.
/// Stages talk to each other through it alone; they never see a socket or a buffer of the transport (design rule 6).
/// </summary>
public sealed class Exchange
{
    /// <summary>Creates an exchange.</summary>
    public Exchange(GatewaySnapshot snapshot, IRequestHead head, IMessageSource? source, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        Snapshot = snapshot;
        Head = head;
        Source = source;
        Record = new ExchangeRecord(Ids.New(time), time, snapshot) { Verb = head.Verb, Peer = head.PeerAddress, Via = Stages.Peers.ProxyOf(snapshot.Settings, head.PeerAddress) };
    }

    // The answer to an earlier request, on a stream that goes on: judged as that request's, recorded with the stream.
    private Exchange(Exchange stream, AwaitedAnswer answer)
    {
        Snapshot = stream.Snapshot;
        Head = stream.Head;
        Record = stream.Record;
        Foretold = stream.Foretold;
        Resume = stream.Resume;
        Declared = stream.Declared;
        Message = answer.Request;
        Method = ProtocolMethods.TryGet(answer.Request.Method, out var method) ? method : null;
        Tool = answer.Tool;
        server = stream.server;
        caller = stream.caller;
        Subject = stream.Subject;
        revision = stream.revision;
        session = stream.session;
        Conversation = stream.Conversation;
        Asker = stream.Asker;
    }

    /// <summary>The exchange for whose sake the gateway itself asks a server; null for a client's own message.</summary>
    public Exchange? Asker { get; init; }

    /// <summary>Whose part of what callers have in common the exchange uses; null where no caller is behind it.</summary>
    public CallerPartition? Partition => (Asker ?? this).Subject is { } asked ? CallerPartition.Of(asked.Issuer, asked.Subject) : null;

    /// <summary>What the audit log, traces and metrics will say.</summary>
    public ExchangeRecord Record { get; }

    /// <summary>Configuration and policy this exchange is judged by.</summary>
    public GatewaySnapshot Snapshot { get; }

    /// <summary>Request line and headers.</summary>
    public IRequestHead Head { get; }

    /// <summary>The body, for <see cref="Stages.ProveStage"/> alone.</summary>
    public IMessageSource? Source { get; }

    /// <summary>The server addressed; known after accept.</summary>
    public ServerSettings Server
    {
        get => server ?? throw new InvalidOperationException("accept has not run");
        set
        {
            server = value;
            Record.Server = value.Name;
        }
    }

    private ServerSettings? server;

    /// <summary>Who calls; known after authenticate.</summary>
    public VerifiedToken Caller
    {
        get => caller ?? throw new InvalidOperationException("authenticate has not run");
        set
        {
            caller = value;
            Subject = PolicySubjects.Of(value);
            Record.Subject = Subject;
        }
    }

    private VerifiedToken? caller;

    /// <summary>The caller as policy sees it.</summary>
    public PolicySubject? Subject { get; private set; }

    /// <summary>Why the media types of the head do not fit, found by accept and refused once the caller is known; null when they do.</summary>
    internal Refusal? MediaRefusal { get; set; }

    /// <summary>A nonce for the caller's next proof (RFC 9449 §8.2); null where the caller proves nothing.</summary>
    public string? ProofNonce { get; set; }

    /// <summary>The proven message; null for GET and DELETE.</summary>
    public ProvenMessage? Message { get; set; }

    /// <summary>The method in the table of methods; null for unknown ones and responses.</summary>
    public ProtocolMethod? Method { get; set; }

    /// <summary>The revision, derived once by <see cref="Stages.ProveStage"/> and confirmed by the session.</summary>
    public ProtocolRevision? Revision
    {
        get => revision;
        set
        {
            revision = value;
            Record.Revision = value?.Text;
        }
    }

    private ProtocolRevision? revision;

    /// <summary>True in the modern era (2026-07-28).</summary>
    public bool IsModern => revision is { IsModern: true };

    /// <summary>The session (legacy era); null when there is none.</summary>
    public SessionBinding? Session
    {
        get => session;
        set
        {
            session = value;
            Record.Session = value?.Uid;
        }
    }

    private SessionBinding? session;

    /// <summary>The definition of the called tool, when a check needed it.</summary>
    public ToolDefinition? Tool { get; set; }

    /// <summary>The definition of the prompt asked for, when a check needed it.</summary>
    public PromptDefinition? Prompt { get; set; }

    /// <summary>What the caller was told of the lists: in the session, or in this exchange where there is none.</summary>
    public ToldLists ToldLists => session?.Live.Lists ?? (ownLists ??= new ToldLists());

    private ToldLists? ownLists;

    /// <summary>What the server declares of what it sends, as far as this exchange came to know it; null where it did not.</summary>
    public ServerCapabilities? Declared { get; set; }

    /// <summary>What the caller was told of definitions: in the session, or as a caller without one.</summary>
    public ToldDefinitions ToldDefinitions => Snapshot.Definitions.ForgetsForRange ? new ToldDefinitions() : session?.Live.Definitions ?? Conversation ?? (ownDefinitions ??= Snapshot.Definitions.Memory.Of(this));

    private ToldDefinitions? ownDefinitions;

    /// <summary>What the connection was told of definitions, where a connection is a session by itself; null otherwise.</summary>
    public ToldDefinitions? Conversation { get; init; }

    /// <summary>Why what the message names is withheld from the caller, for the event alone; null when it is not.</summary>
    public AuditPart? Withheld { get; set; }

    /// <summary>What the judges noted of what is withheld, for the event alone.</summary>
    public IReadOnlyList<AuditPart> WithheldNotes { get; set; } = [];

    /// <summary>The verdict of the policy.</summary>
    public PolicyDecision? Decision { get; set; }

    /// <summary>True once the exchange is charged to the limits that speak of it.</summary>
    public bool IsCharged { get; set; }

    /// <summary>What an external decision point said about entries of lists; empty where the policy alone decides.</summary>
    internal Listing.Foretold Foretold { get; private init; } = new();

    /// <summary>Of the tasks that the message at hand names, those that the caller may have; for the rule of tasks alone.</summary>
    internal IReadOnlySet<string>? TasksOfCaller { get; set; }

    /// <summary>Sealed position in a stream to resume from (legacy era), unsealed by the session stage.</summary>
    public ResumePoint? Resume { get; set; }

    /// <summary>Name of the stream that its messages are on: its request's, the one that is resumed, or, empty, the session's own.</summary>
    public string Stream => Message is { Kind: MessageKind.Request } request ? ResumePoint.StreamOf(request.Id) : Resume?.Stream ?? "";

    /// <summary>The same exchange with an earlier request in the place of its message.</summary>
    internal Exchange InPlaceOf(AwaitedAnswer answer) => new(this, answer);
}
