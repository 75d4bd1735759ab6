namespace Gatehouse.Settings;

/// <summary>The treatment of a message about which a service gives no opinion.</summary>
public enum OpinionFailure
{
    /// <summary>The gateway's own verdict counts.</summary>
    Local = 0,

    /// <summary>It does not pass.</summary>
    Block,
}
