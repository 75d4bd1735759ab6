namespace Gatehouse.Settings;

/// <summary>The direction of a message.</summary>
public enum ProtectionDirection
{
    /// <summary>Arguments, and answers to questions of a server.</summary>
    ToServer = 0,

    /// <summary>Results, resources, prompts, errors, notifications, and questions of a server.</summary>
    ToClient,
}
