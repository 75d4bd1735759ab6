namespace Gatehouse.Connections;

/// <summary>The causes of the end of a connection, as entries name them.</summary>
internal static class ConnectionCauses
{
    /// <summary>The service refused to refresh its tokens.</summary>
    public const string Refused = "refused";

    /// <summary>An administrator disconnected it.</summary>
    public const string Administrator = "administrator";

    /// <summary>The person was erased.</summary>
    public const string Erased = "erased";

    /// <summary>The entry about its beginning could not be written.</summary>
    public const string Unrecorded = "unrecorded";
}
