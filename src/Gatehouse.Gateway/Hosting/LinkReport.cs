namespace Gatehouse.Gateway.Hosting;

/// <summary>The protection of one link of the gateway.</summary>
/// <param name="Link">The other end of the link: callers, a proxy by its address, a server by its name.</param>
/// <param name="Protection">Its protection.</param>
public sealed record LinkReport(string Link, string Protection)
{
    /// <summary>The statements of the other end that the gateway believes without a proof; null for none.</summary>
    public string? Believed { get; init; }
}
