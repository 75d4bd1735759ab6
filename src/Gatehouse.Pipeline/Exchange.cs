using Gatehouse.Audit;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Accept;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Authenticate;
using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Definitions;
using Gatehouse.Pipeline.Forward;
using Gatehouse.Pipeline.Limit;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Recording;
using Gatehouse.Pipeline.Sessions;
using Gatehouse.Policy;
using Gatehouse.Protocol;
using Gatehouse.Refusals;
using Gatehouse.Settings;

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
        Record = new ExchangeRecord(Ids.New(time), time, snapshot)
        { Verb = head.Verb, Peer = head.PeerAddress, Via = Gatehouse.Pipeline.Accept.PeerPartition.ProxyOf(snapshot.Settings, head.PeerAddress) };
    }

    // The answer to an earlier request, on a stream that goes on: judged as that request's, recorded with the stream.
    private Exchange(Exchange stream, AwaitedResponse answer)
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
        ConversationServer = stream.ConversationServer;
        Connection = stream.Connection;
    }

    /// <summary>Whose part of what callers have in common the exchange uses; null before the caller is known.</summary>
    public CallerPartition? Partition => Subject is { } caller ? CallerPartition.Of(caller.Issuer, caller.Subject) : null;

    /// <summary>What the audit log, traces and metrics will say.</summary>
    public ExchangeRecord Record { get; }

    /// <summary>Configuration and policy this exchange is judged by.</summary>
    public GatewaySnapshot Snapshot { get; private set; }

    /// <summary>What the client wants. Default to send a message.</summary>
    public ExchangeIntent Intent { get; init; }

    /// <summary>Request line and headers.</summary>
    public IRequestHead Head { get; }

    /// <summary>The body, for <see cref="Validate.ValidateStage"/> alone.</summary>
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
    public string? DPoPNonce { get; set; }

    /// <summary>The validated message; null where the exchange only listens or ends the session.</summary>
    public ValidatedMessage? Message { get; set; }

    /// <summary>The method in the table of methods; null for unknown ones and responses.</summary>
    public ProtocolMethod? Method { get; set; }

    /// <summary>The revision, derived once by <see cref="Validate.ValidateStage"/> and confirmed by the session.</summary>
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
    public AdvertisedLists ToldLists => session?.Live.Slots.Get(AdvertisedLists.Slot) ?? (ownLists ??= new AdvertisedLists());

    private AdvertisedLists? ownLists;

    /// <summary>What the server declares of what it sends, as far as this exchange came to know it; null where it did not.</summary>
    public ServerCapabilities? Declared { get; set; }

    /// <summary>What the caller was told of definitions: in the session, or as a caller without one.</summary>
    public AdvertisedDefinitions ToldDefinitions => Snapshot.Definitions.Memory.Of(this);

    /// <summary>What spans the caller's exchanges, over servers; known after session.</summary>
    public Conversation Conversation => ConversationServer?.Conversation ?? throw new InvalidOperationException("session has not run");

    /// <summary>What the conversation has of the server addressed; null before session, and where no caller is behind the exchange.</summary>
    public ConversationServer? ConversationServer { get; set; }

    /// <summary>
    /// State of the session: of the legacy one, of the connection where a connection is a session by itself, else of what takes the place of one
    /// for the caller at the server. Where no caller is known it is of the exchange alone.
    /// </summary>
    public ConversationSlots SessionSlots => session?.Live.Slots ?? Connection ?? (ownSlots ??= OwnSlots());

    private ConversationSlots? ownSlots;

    /// <summary>State of the connection, where a connection is a session by itself; null otherwise.</summary>
    public ConversationSlots? Connection { get; init; }

    /// <summary>Why what the message names is withheld from the caller, for the event alone; null when it is not.</summary>
    public AuditPart? Withheld { get; set; }

    /// <summary>What the judges noted of what is withheld, for the event alone.</summary>
    public IReadOnlyList<AuditPart> WithheldNotes { get; set; } = [];

    /// <summary>The verdict of the policy.</summary>
    public PolicyDecision? Decision { get; set; }

    /// <summary>Approvals of a person that the message needs before it goes on; empty when it needs none.</summary>
    public IReadOnlyList<ApprovalQuestion> Questions { get; set; } = [];

    /// <summary>Why a rule drops the client's notification; null when none does.</summary>
    public string? Dropped { get; set; }

    /// <summary>
    /// True when method, name or params changed after they were decided on, so that the message is decided on once more (design rule 1).
    /// </summary>
    public bool IsToBeDecidedAgain { get; set; }

    /// <summary>True once the exchange is charged to the limits that speak of it.</summary>
    public bool IsCharged { get; set; }

    /// <summary>What it is charged for; null before that. What is counted later, and given back at its end, goes to the same accounts.</summary>
    public QuotaCharge? Charge { get; set; }

    /// <summary>What an external decision point said about entries of lists; empty where the policy alone decides.</summary>
    internal Gatehouse.Pipeline.Authorize.PrefetchedDecisions Foretold { get; private init; } = new();

    /// <summary>When the exchange ends, answered or not; null before that is known, and for streams, which have no deadline.</summary>
    public DateTimeOffset? Deadline { get; set; }

    /// <summary>The request that forwards the exchange; null where none did.</summary>
    internal UpstreamRequest? Upstream { get; set; }

    /// <summary>Sealed position in a stream to resume from (legacy era), unsealed by the session stage.</summary>
    public ResumePoint? Resume { get; set; }

    /// <summary>Name of the stream that its messages are on: its request's, the one that is resumed, or, empty, the session's own.</summary>
    public string Stream => Message is { Kind: MessageKind.Request } request ? ResumePoint.StreamOf(request.Id) : Resume?.Stream ?? "";

    /// <summary>
    /// Takes the newest snapshot, by which an exchange that was held goes on (design rule 7).
    /// </summary>
    /// <returns>False when the server is not there any more.</returns>
    internal bool TryAdopt(GatewaySnapshot newest)
    {
        // A server that the configuration never had was named by the host, which ends the exchange itself.
        var isConfigured = Snapshot.Settings.Servers.Any(known => known.Name == Server.Name);
        var now = newest.Settings.Servers.FirstOrDefault(known => known.Name == Server.Name);
        if (isConfigured && now is null) return false;
        Snapshot = newest;
        Record.Adopt(newest);
        if (now is not null && isConfigured) Server = now;
        return true;
    }

    private ConversationSlots OwnSlots() =>
        ConversationServer?.WithoutSession(IsModern, begins: Message?.Method == "initialize", Snapshot.Settings.Sessions) ?? new ConversationSlots();

    /// <summary>The same exchange with an earlier request in the place of its message.</summary>
    internal Exchange InPlaceOf(AwaitedResponse answer) => new(this, answer);
}
