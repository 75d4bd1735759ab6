namespace Gatehouse.Settings;

/// <summary>Whose requests a limit counts together. Several make a narrower party: each tool of each caller.</summary>
[Flags]
public enum LimitParties
{
    /// <summary>Nobody; not a limit.</summary>
    None = 0,

    /// <summary>Issuer and subject: one person, whatever programs she uses.</summary>
    Caller = 1,

    /// <summary>Issuer and client id: one program, whoever uses it. Tokens without a client id count as one program.</summary>
    Client = 2,

    /// <summary>One server behind the gateway.</summary>
    Server = 4,

    /// <summary>One tool, in calls of tools alone.</summary>
    Tool = 8,
}
