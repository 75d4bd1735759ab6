using Gatehouse.Ipc;

namespace Gatehouse.Administration;

/// <summary>The credentials that come with a request for an act. None counts before <see cref="AdministratorAuthorization"/> has judged it.</summary>
/// <param name="Account">The system account at the other end, or null where it could not be read.</param>
internal sealed record AdministratorCredentials(PeerAccount? Account)
{
    /// <summary>An access token for the administration audience.</summary>
    public string? Token { get; init; }

    /// <summary>True when the asking program claims that a person typed a confirmation at its terminal.</summary>
    public bool IsConfirmed { get; init; }

    /// <summary>Returns the account, never the token.</summary>
    public override string ToString() => $"account {Administrator.NameOf(Account)}";
}
