using Gatehouse.AuthorizationServer.Clients;

namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>A client as a page shows it.</summary>
/// <param name="Name">Its name; text of a stranger unless it was configured.</param>
/// <param name="Origin">How the client is known.</param>
/// <param name="VouchingHost">The host that vouches for the name; null when none does.</param>
internal sealed record PageClient(string Name, ClientOrigin Origin, string? VouchingHost)
{
    /// <summary>True when the name is the client id, because no name is known. No page says that a party chose it or vouches for it.</summary>
    public bool IsNameless { get; init; }

    /// <summary>True when neither an administrator nor a host vouches for the name.</summary>
    public bool IsClaimed => Origin == ClientOrigin.Registered || (Origin == ClientOrigin.Document && VouchingHost is null);

    /// <summary>The name for a sentence: in a frame where it is only claimed.</summary>
    public HtmlPart Shown => IsClaimed ? Pages.Shown.Claimed(Name) : Pages.Shown.Strong(Name);
}
