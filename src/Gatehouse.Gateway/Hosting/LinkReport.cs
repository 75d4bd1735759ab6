namespace Gatehouse.Gateway.Hosting;

/// <summary>How one link of the gateway is protected.</summary>
/// <param name="Link">Whom it leads to: callers, a proxy by its address, a server by its name.</param>
/// <param name="Protection">What protects it.</param>
public sealed record LinkReport(string Link, string Protection)
{
    /// <summary>What whoever is at its other end is believed without a proof; null for nothing.</summary>
    public string? Believed { get; init; }
}
