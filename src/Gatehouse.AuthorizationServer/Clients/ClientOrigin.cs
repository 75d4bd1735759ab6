namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>
/// How the server knows a client, and so what its name is worth; the strongest first. The numbers are in sealed facts of the store, and never change.
/// </summary>
internal enum ClientOrigin
{
    /// <summary>An administrator registered it: the name is vouched for.</summary>
    Configured,

    /// <summary>A client id metadata document: the host of the client id vouches for the name.</summary>
    Document,

    /// <summary>It registered itself: neither an administrator nor a host vouches for the name.</summary>
    Registered,
}
