namespace Gatehouse.Outbound.Tokens;

/// <summary>The reasons why an issuer gives the gateway no token, by who can change that.</summary>
internal enum TokenFaultKind
{
    /// <summary>The issuer cannot answer at this moment.</summary>
    NotNow,

    /// <summary>The person must sign in again, perhaps by a further step.</summary>
    SignInAgain,

    /// <summary>An administrator, or the person, has to consent to the gateway's access.</summary>
    ConsentNeeded,

    /// <summary>The issuer does not let this person, or the gateway for this person, use the server.</summary>
    Denied,

    /// <summary>The operator's configuration: the client, its credential, or what is requested.</summary>
    Configuration,

    /// <summary>The answer cannot be used.</summary>
    Answer,
}
