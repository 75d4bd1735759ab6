namespace Gatehouse.Refusals;

/// <summary>A page of the gateway that a person has to visit before a request can be repeated (MCP elicitation, URL mode).</summary>
/// <param name="Url">The address. It gives no right.</param>
/// <param name="Message">The reason, for the person.</param>
public sealed record RefusalVisit(string Url, string Message)
{
    /// <summary>Only that there is one: no log needs the link.</summary>
    public override string ToString() => "visit";
}
