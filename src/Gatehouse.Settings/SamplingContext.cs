namespace Gatehouse.Settings;

/// <summary>The part of a conversation that a server may include in the context of the client's model (<c>includeContext</c>).</summary>
public enum SamplingContext
{
    /// <summary>Only the server's own messages.</summary>
    None,

    /// <summary>The conversation with this server.</summary>
    ThisServer,

    /// <summary>The conversations with all servers of the client.</summary>
    AllServers,
}
