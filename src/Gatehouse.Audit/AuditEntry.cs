namespace Gatehouse.Audit;

/// <summary>
/// One entry of the audit log. Within a version of the event model, members are only added, and readers ignore members they do not know. A member
/// that is removed, sealed or changed in meaning takes a new version, and the older ones stay readable (design rule 16).
/// docs/auditors/event-model.md has the changes of each version.
/// </summary>
/// <remarks>
/// The closed list of values: method, server, tool and prompt name, issuer, subject, client id, resource URI without its query, and those roles,
/// groups, scopes and strengths of the caller that rules of the policy ask for, and groups that the configuration of reading names. What is about a
/// person is sealed before it is written (<c>Gatehouse.Audit.Privacy.PersonalFacts</c>). Arguments, results, metadata values, header values and
/// tokens are never in an entry; the whole request is in a sealed file beside it where the configuration keeps it.
/// </remarks>
public sealed record AuditEntry
{
    /// <summary>The version of the event model this build writes.</summary>
    public const int ModelVersion = 3;

    /// <summary>The most groups in <see cref="ReadingGroups"/>.</summary>
    public const int MostReadingGroups = 64;

    /// <summary>The most bytes of a group in <see cref="ReadingGroups"/>, in UTF-8.</summary>
    public const int LongestReadingGroup = 200;

    /// <summary>Begun, ended or control.</summary>
    public required AuditEntryKind Kind { get; init; }

    /// <summary>The id of the exchange; the request id that a refused caller receives.</summary>
    public required string ExchangeId { get; init; }

    /// <summary>The exchange (a stream) this one is a message of, if any.</summary>
    public string? ParentId { get; init; }

    /// <summary>The moment when this entry was made, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// The timestamp of the clock at which the exchange, or the act of a control entry, began; null for an entry about nothing that began before it.
    /// If its person was erased since, the entry has no facts about the person. Not written.
    /// </summary>
    public long? Began { get; init; }

    /// <summary>The generation of the configuration snapshot in force.</summary>
    public long Generation { get; init; }

    /// <summary>Name of the MCP server in the configuration.</summary>
    public string? Server { get; init; }

    /// <summary>HTTP method of the exchange, when it came by HTTP.</summary>
    public string? Verb { get; init; }

    /// <summary>Address of the named proxy that ended TLS for the exchange; null without a proxy.</summary>
    public string? Via { get; init; }

    /// <summary>JSON-RPC method.</summary>
    public string? Method { get; init; }

    /// <summary>Tool or prompt name.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// The fields among server, verb, method and name with a text that the caller chose freely. They are sealed with the personal facts. Not written.
    /// </summary>
    public CallerWords CallerWords { get; init; }

    /// <summary>Resource URI without query and fragment. It ends with <c>?</c> or <c>#</c> where one was left out.</summary>
    public string? Uri { get; init; }

    /// <summary>Protocol revision of the exchange.</summary>
    public string? Revision { get; init; }

    /// <summary>Issuer of the caller's token.</summary>
    public string? Issuer { get; init; }

    /// <summary>Subject of the caller's token.</summary>
    public string? Subject { get; init; }

    /// <summary>Client id of the caller's token.</summary>
    public string? ClientId { get; init; }

    /// <summary>Roles of the caller, as far as a rule of the policy in force asks for them.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Groups of the caller, as far as a rule asks for them.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>
    /// Groups of the caller that the configuration names as groups whose entries some administrators may read; each is whole and not longer than
    /// <see cref="LongestReadingGroup"/>, at most <see cref="MostReadingGroups"/>.
    /// </summary>
    public IReadOnlyList<string> ReadingGroups { get; init; } = [];

    /// <summary>True when the token did not name all groups.</summary>
    public bool MoreGroups { get; init; }

    /// <summary>Scopes of the token, as far as a rule asks for them.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>Authentication context and methods of the token, as far as a rule asks for them.</summary>
    public IReadOnlyList<string> Strengths { get; init; } = [];

    /// <summary>Digest of the names that rules ask for, so that a reader can tell "has not" from "was not asked".</summary>
    public string? Asked { get; init; }

    /// <summary>Our own id of the session (not the handle a client holds).</summary>
    public string? Session { get; init; }

    /// <summary>W3C trace id, when the exchange is traced.</summary>
    public string? TraceId { get; init; }

    /// <summary>Every check that ran, in order, as <c>stage:outcome</c>.</summary>
    public IReadOnlyList<string> Checks { get; init; } = [];

    /// <summary>The acts on the way, each of its kind.</summary>
    public IReadOnlyList<AuditPart> Parts { get; init; } = [];

    /// <summary>
    /// The attempts to authenticate that this entry records. An exchange has its attempt in the first of its entries that is written, and in no
    /// other.
    /// </summary>
    public IReadOnlyList<AuditAttempt> Attempts { get; init; } = [];

    /// <summary>
    /// The uses of credentials of the gateway that this entry records: those of an exchange are in its ended entry, each other one is in an entry of
    /// its own.
    /// </summary>
    public IReadOnlyList<CredentialUse> Credentials { get; init; } = [];

    /// <summary>
    /// The source of <see cref="Attempts"/> or of joined entries where no caller is known: an address block or network, a system account, or
    /// <c>many</c>.
    /// </summary>
    public string? Peer { get; init; }

    /// <summary>Code of the refusal, e.g. <c>GH4001</c>, or null when nothing was refused.</summary>
    public string? Code { get; init; }

    /// <summary>HTTP status answered.</summary>
    public int? Status { get; init; }

    /// <summary>Messages sent upstream for this exchange.</summary>
    public int UpstreamMessages { get; init; }

    /// <summary>Messages that came from upstream and were passed on. 0 where the gateway answered itself.</summary>
    public int MessagesOut { get; init; }

    /// <summary>Progress and log notifications passed on; they are counted, not recorded one by one.</summary>
    public int Notifications { get; init; }

    /// <summary>Bytes of the message that came from the client.</summary>
    public long BytesIn { get; init; }

    /// <summary>Bytes of the messages that were passed on as JSON, before a receipt is added. 0 where the gateway answered itself.</summary>
    public long BytesOut { get; init; }

    /// <summary>Duration in microseconds; only in ended entries.</summary>
    public long? Microseconds { get; init; }

    /// <summary>
    /// Facts of a control entry, such as <c>act=reload</c>. Names and counts only. One that is named as a member of the entry is written as
    /// <c>fact.</c> and its name.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Facts { get; init; } = [];

    /// <summary>Personal facts, sealed: for each person that the entry concerns one box.</summary>
    public IReadOnlyList<SealedFacts> Personal { get; init; } = [];

    /// <summary>
    /// Cache from which the ended entry of an exchange takes the box of its begun entry. Null where each entry is sealed separately. Not written.
    /// </summary>
    public SealedFactsCache? SealedFactsCache { get; init; }

    /// <summary>The request, sealed under a key of only its subject; present only when payloads are kept by choice.</summary>
    public AuditPayload? Payload { get; init; }

    /// <summary>The hash of the call that the caller got a receipt for; null where it asked for none. Only in ended entries.</summary>
    public PromisedCall? Receipt { get; init; }

    /// <summary>
    /// The owner of the part of the log that this entry takes, compared by equality. Null for the gateway's own entries, which have no bound but that
    /// of all. Not written; its text is in <c>peer</c> of entries that are counted in one, where there is no issuer.
    /// </summary>
    public object? Owner { get; init; }

    /// <summary>
    /// The network of an owner of which only the address is known. Where there are too many owners, this one has the account of its network. Not
    /// written by itself.
    /// </summary>
    public object? OwnerNetwork { get; init; }

    /// <summary>
    /// True where the owner is no known caller: an address, or nothing. All such owners have one part of the log together. Not written.
    /// </summary>
    public bool IsOwnerStranger { get; init; }

    /// <summary>
    /// True for attempts that are never an entry of their own: they are counted in the next counted entry of the owner. For successes that come with
    /// every request and have no entry otherwise. Needs an owner. Not written.
    /// </summary>
    public bool IsOnlyCounted { get; init; }

    /// <summary>True where something was left out or shortened before the entry was written, because there was too much of it.</summary>
    public bool IsCut { get; init; }

    /// <summary>True for an entry that only records a refusal: beyond a rate such entries of an owner are counted in one. Not written.</summary>
    public bool IsRefusal { get; init; }

    /// <summary>
    /// True for the outcome of an exchange whose begun entry is there, and for what follows to a thing of which there is only a bounded number: it is
    /// written even where the owner's part is spent. Not written.
    /// </summary>
    public bool ClosesBegun { get; init; }
}
