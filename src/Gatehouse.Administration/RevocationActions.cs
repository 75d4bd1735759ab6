using System.Globalization;
using System.Text.Json.Serialization;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tokens;
using Gatehouse.Text;

namespace Gatehouse.Administration;

/// <summary>Refuses every token of a subject issued until now, by whichever issuer, and ends its sessions and exchanges.</summary>
/// <param name="Subject">The subject.</param>
/// <param name="Reason">The reason.</param>
internal sealed record RevokeSubject(string Subject = "", string Reason = "") : AdministrativeAction<SubjectRevoked>
{
    internal override string Name => "session.revoke";

    internal override ActRow Row => SessionRows.Subject;

    internal override string Given => Reason;

    internal override ActionEffect Effect => ActionEffect.Withdraws;

    internal override ActionStrength Strength => ActionStrength.Person;

    internal override IReadOnlyList<KeyValuePair<string, string>> Facts => [.. Named(subject: Subject), StatedReason(Reason)];

    public override IReadOnlyList<KeyValuePair<string, string>> ResultFacts(object result) => [Count("grants", ((SubjectRevoked)result).Grants)];

    public override bool IsOffered(AdministrationParts parts) => parts.Revocations is not null;

    public override ActionRefusal? Fault(AdministrationParts parts) => Subject.Length == 0 ? ActionRefusal.NoSessionNamed : null;

    protected override async Task<ActionOutcome<SubjectRevoked>> RunAsync(AdministrationParts parts, Administrator by) =>
        await parts.Revocations!.RevokeSubjectAsync(Subject, Reason).ConfigureAwait(false);
}

/// <summary>Refuses tokens by their hash, id, login session, subject, client or issuer (ID-07).</summary>
/// <param name="Kind">The property by which they are found.</param>
/// <param name="Issuer">Their issuer. Empty for a hash.</param>
/// <param name="Value">The revoked value; empty for an issuer.</param>
/// <param name="Reason">The reason.</param>
internal sealed record RevokeTokens(
    [property: JsonConverter(typeof(RevocationKindJson))] RevocationKind Kind, string Issuer = "", string Value = "", string Reason = "")
    : AdministrativeAction<TokensRevoked>
{
    private const int LongestValue = 1024;

    internal override string Name => "revoke";

    internal override ActRow Row => SessionRows.Tokens;

    internal override string Given => Reason;

    internal override ActionEffect Effect => ActionEffect.Withdraws;

    internal override ActionStrength Strength => ActionStrength.Person;

    // A person is sealed under the person's own key, as with a containment. The hash of a token is about no person, and is in clear.
    internal override IReadOnlyList<KeyValuePair<string, string>> Facts =>
    [
        .. Named(about: Kind == RevocationKind.Subject ? Value : ""), KeyValuePair.Create("kind", RevocationWords.Of(Kind)),
        KeyValuePair.Create("aboutIssuer", Issuer), KeyValuePair.Create("action", ToAction()),
        KeyValuePair.Create("digest", Kind == RevocationKind.TokenHash ? Value : ""), StatedReason(Reason),
    ];

    public override bool IsOffered(AdministrationParts parts) => parts.Revocations is not null;

    public override ActionRefusal? Fault(AdministrationParts parts)
    {
        // Threat: a second person is shown a value that has no effect, and grants the revocation of a whole issuer for one of a person (CWE-451).
        if (Kind == RevocationKind.Issuer ? Value.Length > 0 : Kind == RevocationKind.TokenHash && Issuer.Length > 0)
            return ActionRefusal.TooMuchRevoked;
        if (Kind != RevocationKind.TokenHash && !parts.Revocations!.Issuers.Contains(Issuer))
            return ActionRefusal.UntrustedIssuer(parts.Revocations.Issuers);
        if (Kind != RevocationKind.Issuer && Value.Length is 0 or > LongestValue) return ActionRefusal.NothingRevoked;
        return Kind == RevocationKind.TokenHash && (!TokenHash.TryParse(Value, out var hash) || hash.ToString() != Value) ? ActionRefusal.NoTokenHash
            : null;
    }

    protected override async Task<ActionOutcome<TokensRevoked>> RunAsync(AdministrationParts parts, Administrator by) =>
        new TokensRevoked(Kind, Value, await parts.Revocations!.RevokeAsync(Kind, Issuer, Value, Reason).ConfigureAwait(false));

    // What was revoked, in words, such as "client desk of https://login.example.com".
    private string ToAction() => Kind switch
    {
        RevocationKind.TokenHash => $"token {Value}",
        RevocationKind.Issuer => $"issuer {Issuer}",
        _ => $"{RevocationWords.Of(Kind)} {Value} of {Issuer}",
    };
}

/// <summary>The tokens of a subject were revoked.</summary>
/// <param name="Subject">The subject.</param>
/// <param name="Sessions">Sessions that were ended.</param>
/// <param name="Exchanges">Exchanges that were ended.</param>
internal sealed record SubjectRevoked(string Subject, int Sessions, int Exchanges) : ActResult
{
    /// <inheritdoc />
    internal override string Sentence => string.Create(CultureInfo.InvariantCulture,
        $"tokens of {Subject} issued until now are revoked; {Counted.Of(Sessions, "session")} ended, {Counted.Of(Exchanges, "exchange")} ended")
            + (Grants > 0 ? $", {Counted.Of(Grants, "grant")} ended" : "") + (Hint is { } hint ? $"; {hint}" : "");

    /// <summary>Grants of the gateway's authorization server that ended.</summary>
    public int Grants { get; init; }

    /// <summary>A hint at the name that the administrator probably meant, where the subject has nothing to end; null otherwise.</summary>
    public string? Hint { get; init; }
}

/// <summary>Tokens were revoked.</summary>
internal sealed record TokensRevoked(
    [property: JsonConverter(typeof(RevocationKindJson))] RevocationKind Kind, string Value, int Exchanges) : ActResult
{
    /// <inheritdoc />
    internal override string Sentence => string.Create(
        CultureInfo.InvariantCulture, $"{RevocationWords.Of(Kind)} {Value} is revoked; {Counted.Of(Exchanges, "exchange")} ended");
}

/// <summary>The words of kinds on the socket and in entries.</summary>
internal static class RevocationWords
{
    private static readonly (string Word, RevocationKind Kind)[] Words =
    [
        ("token", RevocationKind.TokenHash), ("jti", RevocationKind.TokenId), ("session", RevocationKind.Session),
        ("subject", RevocationKind.Subject), ("client", RevocationKind.Client), ("issuer", RevocationKind.Issuer),
    ];

    public static string Of(RevocationKind kind) => Words.First(pair => pair.Kind == kind).Word;

    public static bool TryParse(string? word, out RevocationKind kind)
    {
        var at = Array.FindIndex(Words, pair => pair.Word == word);
        kind = at < 0 ? default : Words[at].Kind;
        return at >= 0;
    }
}
