namespace Gatehouse.Administration;

/// <summary>Where an act is served.</summary>
[Flags]
internal enum ActWays
{
    /// <summary>The control socket: the account of the peer is known.</summary>
    Socket = 1,

    /// <summary>The administration interface over HTTP.</summary>
    Http = 2,

    /// <summary>The control socket, and the administration interface over HTTP: a token shows the person.</summary>
    Everywhere = Socket | Http,
}
