using Gatehouse.Text;

namespace Gatehouse.Administration;

/// <summary>Lists sessions.</summary>
/// <param name="Server">Only of this server, or null for all.</param>
/// <param name="Subject">Only of this subject, or null for all.</param>
internal sealed record ListSessions(string? Server = null, string? Subject = null) : AdministrativeAction<SessionList>
{
    internal override string Name => "session.list";

    internal override ActRow Row => SessionRows.List;

    internal override ActionEffect Effect => ActionEffect.Reads;

    public override bool IsOffered(AdministrationParts parts) => parts.Sessions is not null;

    protected override Task<ActionOutcome<SessionList>> RunAsync(AdministrationParts parts, Administrator by) =>
        Task.FromResult<ActionOutcome<SessionList>>(new SessionList(parts.Sessions!.List(Server, Subject)));
}

/// <summary>Ends one session with its streams.</summary>
/// <param name="Id">Its id in the list.</param>
/// <param name="Reason">The reason; may be empty.</param>
internal sealed record EndSession(string Id = "", string Reason = "") : AdministrativeAction<SessionEnded>
{
    internal override string Name => "session.revoke";

    internal override ActRow Row => SessionRows.End;

    internal override string Given => Reason;

    internal override ActionEffect Effect => ActionEffect.Withdraws;

    internal override ActionStrength Strength => ActionStrength.Person;

    internal override IReadOnlyList<KeyValuePair<string, string>> Facts => [.. Named(), SessionActs.Fact(Id), StatedReason(Reason)];

    public override bool IsOffered(AdministrationParts parts) => parts.Sessions is not null;

    public override ActionRefusal? Fault(AdministrationParts parts) => Id.Length == 0 ? ActionRefusal.NoSessionNamed : null;

    protected override async Task<ActionOutcome<SessionEnded>> RunAsync(AdministrationParts parts, Administrator by) =>
        await parts.Sessions!.EndAsync(Id).ConfigureAwait(false) is { } subject ? new SessionEnded(Id, subject) : ActionRefusal.UnknownSession(Id);
}

/// <summary>Sessions, the oldest first.</summary>
internal sealed record SessionList(IReadOnlyList<SessionView> Sessions) : ActResult;

/// <summary>A session was ended.</summary>
internal sealed record SessionEnded(string Id, string Subject) : ActResult
{
    /// <inheritdoc />
    internal override string Sentence => $"session {Id} of {Subject} is revoked";
}

/// <summary>The common parts of acts that name a session.</summary>
internal static class SessionActs
{
    /// <summary>Returns whether a text has the form of the id of a session: 26 digits and lower-case letters.</summary>
    public static bool IsId(string text) =>
        text.Length == IdForm.Length && text.All(static character => char.IsAsciiDigit(character) || char.IsAsciiLetterLower(character));

    /// <summary>
    /// Returns the fact with a session. The fact <c>session</c> is in clear, so other words of the asking program are in a fact that is sealed.
    /// </summary>
    public static KeyValuePair<string, string> Fact(string id) => KeyValuePair.Create(id.Length == 0 || IsId(id) ? "session" : "givenSession", id);
}
