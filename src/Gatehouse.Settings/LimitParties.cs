namespace Gatehouse.Settings;

/// <summary>Parties whose requests a limit counts together. Several flags make a narrower party: each tool of each caller.</summary>
[Flags]
public enum LimitParties
{
    /// <summary>No party; not a limit.</summary>
    None = 0,

    /// <summary>Issuer and subject: one person, with any program.</summary>
    Caller = 1,

    /// <summary>Issuer and client id: one program, with any user. Tokens without a client id count as one program.</summary>
    Client = 2,

    /// <summary>One server behind the gateway.</summary>
    Server = 4,

    /// <summary>One tool; applies only to calls of tools.</summary>
    Tool = 8,
}
