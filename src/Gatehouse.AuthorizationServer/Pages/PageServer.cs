namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>A server as a page shows it.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="Host">The host under which clients reach it.</param>
internal sealed record PageServer(string Name, string Host)
{
    /// <summary>True for the audience of administrator tokens: the right is control of the gateway.</summary>
    public bool IsControl { get; init; }
}
