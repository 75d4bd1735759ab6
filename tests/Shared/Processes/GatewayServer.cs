namespace Gatehouse.Tests.Processes;

/// <summary>A server behind the gateway: reached at a URL, or started by a command.</summary>
internal sealed record GatewayServer(string Name, string Path)
{
    public string? Url { get; init; }

    /// <summary>Scopes that a token must have.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    public IReadOnlyList<string> Command { get; init; } = [];
}
