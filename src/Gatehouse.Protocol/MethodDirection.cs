namespace Gatehouse.Protocol;

/// <summary>The side that may send a method.</summary>
[Flags]
public enum MethodDirection
{
    /// <summary>Neither side.</summary>
    None = 0,

    /// <summary>The client sends it to the server.</summary>
    ClientToServer = 1,

    /// <summary>The server sends it to the client.</summary>
    ServerToClient = 2,

    /// <summary>Either side sends it.</summary>
    Both = ClientToServer | ServerToClient,
}
