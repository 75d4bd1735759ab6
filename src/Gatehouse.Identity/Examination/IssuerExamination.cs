using System.Collections.Immutable;

namespace Gatehouse.Identity;

/// <summary>What was found out about one issuer.</summary>
public sealed record IssuerExamination
{
    /// <summary>The issuer as configured.</summary>
    public required string Issuer { get; init; }

    /// <summary>The kind of its tokens.</summary>
    public required IssuerKind Kind { get; init; }

    /// <summary>Whether anything at all answered.</summary>
    public bool IsReachable { get; init; }

    /// <summary>The findings, in a fixed order.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];

    /// <summary>Which clients can sign in; empty where there are no metadata.</summary>
    public ImmutableArray<SignInWay> SignIn { get; init; } = [];

    /// <summary>The gravest of the findings.</summary>
    public FindingVerdict Verdict => Findings.IsEmpty ? FindingVerdict.Works : Findings.Max(finding => finding.Verdict);
}
