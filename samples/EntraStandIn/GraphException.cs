namespace EntraStandIn;

/// <summary>A refusal of Microsoft Graph.</summary>
public sealed class GraphException(int status, string code, string text) : Exception(text)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    /// <summary>The claims that a token needs, as JSON; null for none. They make the refusal a claims challenge.</summary>
    public string? Claims { get; init; }
}
