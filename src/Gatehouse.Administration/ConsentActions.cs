using Gatehouse.Text;

namespace Gatehouse.Administration;

/// <summary>Lists consents of people to clients.</summary>
/// <param name="Subject">Only of this subject, or null for all.</param>
internal sealed record ListConsents(string? Subject = null) : AdministrativeAction<ConsentList>
{
    internal override string Name => "consent.list";

    internal override ActRow Row => ConsentRows.List;

    internal override ActionEffect Effect => ActionEffect.Reads;

    public override bool IsOffered(AdministrationParts parts) => parts.Consents is not null;

    protected override async Task<ActionOutcome<ConsentList>> RunAsync(AdministrationParts parts, Administrator by) =>
        parts.Consents!.IsOn ? await parts.Consents.ListAsync(Subject).ConfigureAwait(false) : ActionRefusal.NoAuthorizationServer;
}

/// <summary>Withdraws the consent of a person to a client, and ends every grant and token that follows from it.</summary>
/// <param name="Subject">The person.</param>
/// <param name="Client">The client.</param>
/// <param name="Resource">Only for this resource, or null for all.</param>
/// <param name="Reason">The reason.</param>
internal sealed record RevokeConsent(
    string Subject = "", string Client = "", string? Resource = null, string Reason = "") : AdministrativeAction<ConsentRevoked>
{
    private const int LongestText = 1024;

    internal override string Name => "consent.revoke";

    internal override ActRow Row => ConsentRows.Revoke;

    internal override string Given => Reason;

    internal override ActionEffect Effect => ActionEffect.Withdraws;

    internal override ActionStrength Strength => ActionStrength.Person;

    internal override IReadOnlyList<KeyValuePair<string, string>> Facts =>
        [.. Named(subject: Subject, about: Resource ?? ""), KeyValuePair.Create("client", Client), StatedReason(Reason)];

    public override IReadOnlyList<KeyValuePair<string, string>> ResultFacts(object result) =>
        [Count("consents", ((ConsentRevoked)result).Consents), Count("grants", ((ConsentRevoked)result).Grants)];

    public override bool IsOffered(AdministrationParts parts) => parts.Consents is not null;

    public override ActionRefusal? Fault(AdministrationParts parts)
    {
        if (!parts.Consents!.IsOn) return ActionRefusal.NoAuthorizationServer;
        return Subject.Length is 0 or > LongestText || Client.Length is 0 or > LongestText || Resource?.Length is 0 or > LongestText
            ? ActionRefusal.NoConsentNamed : null;
    }

    protected override async Task<ActionOutcome<ConsentRevoked>> RunAsync(AdministrationParts parts, Administrator by) =>
        await parts.Consents!.RevokeAsync(Subject, Client, Resource).ConfigureAwait(false) is { } revoked
            ? revoked : ActionRefusal.UnknownConsent;
}

/// <summary>Consents, by subject, client and resource.</summary>
/// <param name="Consents">The consents.</param>
/// <param name="IsWhole">False when there are more.</param>
internal sealed record ConsentList(IReadOnlyList<ConsentView> Consents, bool IsWhole) : ActResult
{
    /// <inheritdoc />
    public override string? Remedy { get; init; } = IsWhole ? null : "there are more; give a subject";
}

/// <summary>A consent was withdrawn.</summary>
/// <param name="Subject">The person.</param>
/// <param name="Client">The client.</param>
/// <param name="Consents">Consents that were removed.</param>
/// <param name="Grants">Grants that were ended.</param>
/// <param name="Exchanges">Exchanges that were ended.</param>
internal sealed record ConsentRevoked(string Subject, string Client, int Consents, int Grants, int Exchanges) : ActResult
{
    /// <inheritdoc />
    internal override string Sentence => $"consent of {Subject} to {Client} is revoked: {Counted.Of(Consents, "consent")} removed, "
        + $"{Counted.Of(Grants, "grant")} ended, {Counted.Of(Exchanges, "exchange")} ended";
}
