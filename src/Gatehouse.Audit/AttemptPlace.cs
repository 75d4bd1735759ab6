namespace Gatehouse.Audit;

/// <summary>The place where a credential was presented. The written words are in <see cref="AttemptPlaces"/>.</summary>
public enum AttemptPlace
{
    /// <summary>A server behind the gateway: a token, a certificate, or the system account of a wrapper.</summary>
    Mcp,

    /// <summary>The decision service.</summary>
    Decisions,

    /// <summary>The token endpoint of the authorization server.</summary>
    Token,

    /// <summary>The introspection endpoint.</summary>
    Introspection,

    /// <summary>The revocation endpoint.</summary>
    Revocation,

    /// <summary>The registration endpoint.</summary>
    Registration,

    /// <summary>The return of a browser from an identity provider.</summary>
    SignIn,

    /// <summary>The control socket: the system account of the peer.</summary>
    Control,

    /// <summary>An act of administration that needs a person: a token, or a confirmation at a terminal.</summary>
    Administration,

    /// <summary>The socket of the host on a person's machine.</summary>
    Host,

    /// <summary>The management listener, where it has a token.</summary>
    Management,
}
