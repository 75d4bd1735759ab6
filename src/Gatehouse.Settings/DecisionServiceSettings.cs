using Gatehouse.Policy.Rules;

namespace Gatehouse.Settings;

/// <summary>Serving decisions to others by OpenID AuthZEN Authorization API 1.0 (AZ-06).</summary>
public sealed record DecisionServiceSettings
{
    /// <summary>Audience of the askers' tokens. Default publicUrl and <c>/access/v1</c>.</summary>
    public string? Audience { get; init; }

    /// <summary>Who may ask.</summary>
    public required WhoClause Who { get; init; }

    /// <summary>Resource types of other applications that the policy also speaks of: the type stands for a server, the action for a tool.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>Most questions in one request, and most results of a search. Default 100.</summary>
    public int Batch { get; init; } = 100;

    /// <summary>Requests answered at once. Default 32.</summary>
    public int Concurrency { get; init; } = 32;
}
