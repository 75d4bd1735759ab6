namespace Gatehouse.Connections;

/// <summary>
/// The content of the link to the page of a connection. It names the person who made the call, and gives no right: the page asks for a sign-in as
/// that person.
/// </summary>
internal sealed record ConnectionLink
{
    /// <summary>The purpose under which it is sealed.</summary>
    public const string Purpose = "connection-link/v1";

    /// <summary>The time in which the page can be opened.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(1);

    /// <summary>The issuer of the token of the call.</summary>
    public required string Issuer { get; init; }

    /// <summary>The subject of that token.</summary>
    public required string Subject { get; init; }

    /// <summary>The client that made the call; null where the token does not name it.</summary>
    public string? Client { get; init; }

    /// <summary>The server that was called.</summary>
    public required string Server { get; init; }

    /// <summary>When it is over.</summary>
    public required DateTimeOffset Until { get; init; }
}
