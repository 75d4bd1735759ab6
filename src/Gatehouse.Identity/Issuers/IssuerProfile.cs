using System.Collections.Immutable;
using Gatehouse.Identity.Keys;

namespace Gatehouse.Identity.Issuers;

/// <summary>The expectations on the tokens of one issuer. Immutable; a change is a new profile.</summary>
public sealed record IssuerProfile
{
    /// <summary>Default of <see cref="ClockSkew"/>.</summary>
    public static readonly TimeSpan DefaultClockSkew = TimeSpan.FromSeconds(60);

    /// <summary>Largest <see cref="ClockSkew"/>.</summary>
    public static readonly TimeSpan MaxClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>Default of <see cref="MaxLifetime"/>.</summary>
    public static readonly TimeSpan DefaultMaxLifetime = TimeSpan.FromHours(24);

    /// <summary>Largest <see cref="MaxLifetime"/>.</summary>
    public static readonly TimeSpan LongestMaxLifetime = TimeSpan.FromDays(7);

    /// <summary>Every algorithm there is: ES*, PS* and RS* of RFC 7518 §3.1. The default of <see cref="Algorithms"/>.</summary>
    public static ImmutableArray<string> AllAlgorithms { get; } = SignatureAlgorithm.Names;

    /// <summary>
    /// The issuer identifier, compared character by character (RFC 8414 §2: https; http on loopback only; no query, no fragment). For Entra
    /// <c>{tenantid}</c> may replace the tenant, with <see cref="Tenants"/>.
    /// </summary>
    public required string Issuer { get; init; }

    /// <summary>The form of its tokens. Default strict.</summary>
    public IssuerKind Kind { get; init; }

    /// <summary>The tenants allowed where the issuer has many, as GUIDs; empty for an issuer of one.</summary>
    public ImmutableArray<string> Tenants { get; init; } = [];

    /// <summary>The <c>iss</c> of access tokens where it is not the issuer of the metadata (AD FS); null means the usual one.</summary>
    public string? TokenIssuer { get; init; }

    /// <summary>The scopes that imply others. Default none.</summary>
    public ScopeHierarchy ScopeHierarchy { get; init; } = ScopeHierarchy.None;

    /// <summary>The algorithms accepted from this issuer; each one of <see cref="AllAlgorithms"/>, never <c>none</c>, never HS*.</summary>
    public ImmutableArray<string> Algorithms { get; init; } = AllAlgorithms;

    /// <summary>
    /// The token types that are accepted. Default: RFC 9068 only. Entra and AD FS write <c>JWT</c>, which is accepted from them always.
    /// </summary>
    public AccessTokenTypes AcceptedTypes
    {
        get => Kind == IssuerKind.Strict ? acceptedTypes : AccessTokenTypes.Rfc9068OrJwt;
        init => acceptedTypes = value;
    }

    private readonly AccessTokenTypes acceptedTypes;

    /// <summary>The largest difference of the issuer's clock. Default 60 s, 0 to 5 minutes.</summary>
    public TimeSpan ClockSkew { get; init; } = DefaultClockSkew;

    /// <summary>The longest time from <c>iat</c> (or now, where it is absent) to <c>exp</c>. Default 24 hours, 1 minute to 7 days.</summary>
    public TimeSpan MaxLifetime { get; init; } = DefaultMaxLifetime;

    /// <summary>
    /// The claim that names the subject; null (default) means that of the kind: <c>sub</c>, for AD FS else <c>upn</c> or <c>unique_name</c>.
    /// </summary>
    public string? SubjectClaim { get; init; }

    /// <summary>The claims that name the client, the first that is present wins. Default <c>client_id</c>, then <c>azp</c>.</summary>
    public ImmutableArray<string> ClientClaims { get; init; } = ["client_id", "azp"];

    /// <summary>True when a token without subject is refused. Default true.</summary>
    public bool RequireSubject { get; init; } = true;

    /// <summary>Returns all faults of this profile. Empty when it can be used.</summary>
    public IReadOnlyList<string> FindFaults()
    {
        var faults = new List<string>();
        if (!IssuerUri.IsAcceptable(Issuer))
            faults.Add($"issuer '{Issuer}' is not an https URL without query and fragment (http is for loopback only)");
        if (Algorithms.IsDefaultOrEmpty)
            faults.Add("algorithms is empty: name at least one");
        else
            faults.AddRange(Algorithms.Where(name => !SignatureAlgorithm.IsKnown(name))
                .Select(name => $"algorithm '{name}' is not one of {string.Join(", ", AllAlgorithms)}"));
        if (ClockSkew < TimeSpan.Zero || ClockSkew > MaxClockSkew)
            faults.Add($"clockSkew {ClockSkew} is not within 0 and {MaxClockSkew}");
        if (MaxLifetime < TimeSpan.FromMinutes(1) || MaxLifetime > LongestMaxLifetime)
            faults.Add($"maxLifetime {MaxLifetime} is not within 1 minute and {LongestMaxLifetime}");
        if (SubjectClaim is "")
            faults.Add("subjectClaim is empty");
        if (ClientClaims.IsDefault)
            faults.Add("clientClaims is not set");
        if (IssuerUri.IsAcceptable(Issuer))
            faults.AddRange(Shape.FindFaults(this));
        return faults;
    }

    /// <summary>The rules for judging and reading tokens of this kind.</summary>
    internal ITokenProfile Shape => TokenProfiles.Of(Kind);
}
