namespace Gatehouse.Detection.Secrets;

/// <summary>What the name of a value says about it, in a file of any kind.</summary>
internal enum SecretName
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A secret perhaps: <c>key</c>, <c>auth</c>.</summary>
    Likely,

    /// <summary>A value of an issuer of keys without a form of their own.</summary>
    Issuer,

    /// <summary>A secret: <c>token</c>, <c>private_key</c>, <c>session_secret</c>.</summary>
    Sure,

    /// <summary>A secret that issuers also draw as a UUID: <c>api_key</c>, <c>client_secret</c>.</summary>
    ApiKey,

    /// <summary>A password, which a person may have chosen.</summary>
    Password,
}
