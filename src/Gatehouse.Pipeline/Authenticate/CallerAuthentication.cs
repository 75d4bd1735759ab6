namespace Gatehouse.Pipeline.Authenticate;

/// <summary>What callers of a host show of themselves. Chosen by the host's code; no configuration, flag or variable reaches it.</summary>
public enum CallerAuthentication
{
    /// <summary>A token or a certificate with each request: the gateway.</summary>
    Tokens,

    /// <summary>The system account at the other end of a socket that only it can open: the host on a person's machine (design rule 13).</summary>
    Person,
}
