using System.Collections.Immutable;
using Gatehouse.Identity.Issuers;

namespace Gatehouse.Identity.Diagnostics;

/// <summary>The findings about one issuer.</summary>
public sealed record IssuerDiagnosticsReport
{
    /// <summary>The issuer as configured.</summary>
    public required string Issuer { get; init; }

    /// <summary>The kind of its tokens.</summary>
    public required IssuerKind Kind { get; init; }

    /// <summary>The name of the provider, for one at which people sign in; null for an issuer of tokens for the gateway.</summary>
    public string? Provider { get; init; }

    /// <summary>True when the issuer gave any answer at all.</summary>
    public bool IsReachable { get; init; }

    /// <summary>The findings, in a fixed order.</summary>
    public ImmutableArray<IssuerFinding> Findings { get; init; } = [];

    /// <summary>The kinds of clients that can sign in; empty where there are no metadata.</summary>
    public ImmutableArray<GrantType> SignIn { get; init; } = [];

    /// <summary>The gravest of the findings.</summary>
    public IssuerFindingStatus Verdict => Findings.IsEmpty ? IssuerFindingStatus.Works : Findings.Max(finding => finding.Verdict);
}
