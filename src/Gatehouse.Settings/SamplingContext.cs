namespace Gatehouse.Settings;

/// <summary>What of a conversation a server may have put before the client's model (<c>includeContext</c>).</summary>
public enum SamplingContext
{
    /// <summary>Nothing beside the server's own messages.</summary>
    None,

    /// <summary>What was said with this server.</summary>
    ThisServer,

    /// <summary>What was said with all servers of the client.</summary>
    AllServers,
}
