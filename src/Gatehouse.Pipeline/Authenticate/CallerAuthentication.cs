namespace Gatehouse.Pipeline.Authenticate;

/// <summary>
/// The ways in which callers of a host prove their identity. The host's code chooses; no configuration, flag or variable can change it.
/// </summary>
public enum CallerAuthentication
{
    /// <summary>A token or a certificate with each request: the gateway.</summary>
    Tokens,

    /// <summary>The system account at the other end of a socket that only it can open: the host on a person's machine (design rule 13).</summary>
    Person,
}
