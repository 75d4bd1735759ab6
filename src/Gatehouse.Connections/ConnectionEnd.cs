namespace Gatehouse.Connections;

/// <summary>The sealed facts of the page that says that a service is connected. No link of a stranger can show that page.</summary>
internal sealed record ConnectionEnd
{
    /// <summary>The purpose under which they are sealed.</summary>
    public const string Purpose = "connection-end/v1";

    /// <summary>The service, as people read it.</summary>
    public required string Service { get; init; }

    /// <summary>The server.</summary>
    public required string Server { get; init; }

    /// <summary>When the page is over.</summary>
    public required DateTimeOffset Until { get; init; }
}
