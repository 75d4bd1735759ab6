namespace Gatehouse.Pipeline.MisplacedTokens;

/// <summary>The kind of a token that was found where it does not belong.</summary>
internal enum MisplacedTokenKind
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>The token that the caller presented with this request.</summary>
    Presented,

    /// <summary>A value that the gateway issues itself: an access token, a refresh token or an authorization code.</summary>
    Own,

    /// <summary>A JWT of an issuer whose tokens the gateway accepts.</summary>
    Trusted,
}
