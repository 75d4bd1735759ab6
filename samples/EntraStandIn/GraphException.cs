namespace EntraStandIn;

/// <summary>A refusal of Microsoft Graph.</summary>
public sealed class GraphException(int status, string code, string text) : Exception(text)
{
    public int Status { get; } = status;

    public string Code { get; } = code;
}
