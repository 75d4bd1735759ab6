using Gatehouse.Policy.Rules;

namespace Gatehouse.Settings;

/// <summary>The service that answers other enforcement points with the OpenID AuthZEN Authorization API 1.0 (AZ-06).</summary>
public sealed record DecisionServiceSettings
{
    /// <summary>Audience of the askers' tokens. Default publicUrl and <c>/access/v1</c>.</summary>
    public string? Audience { get; init; }

    /// <summary>Callers that may ask.</summary>
    public required WhoClause Who { get; init; }

    /// <summary>
    /// Resource types of other applications that the policy also covers. The type takes the place of a server, the action that of a tool.
    /// </summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>Most questions in one request, and most results of a search.</summary>
    public int Batch { get; init; } = 100;

    /// <summary>Most concurrent requests.</summary>
    public int Concurrency { get; init; } = 32;
}
