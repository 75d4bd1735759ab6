namespace Gatehouse.AuthorizationServer.Host;

/// <summary>The endpoints of the authorization server at which credentials are presented.</summary>
internal enum AttemptEndpoint
{
    /// <summary>The token endpoint.</summary>
    Token,

    /// <summary>The introspection endpoint.</summary>
    Introspection,

    /// <summary>The revocation endpoint.</summary>
    Revocation,

    /// <summary>The registration endpoint. It asks for no credential: an attempt is a registration.</summary>
    Registration,

    /// <summary>The return of a browser from a provider.</summary>
    SignIn,
}
