namespace Gatehouse.Peers.ThirdParties;

/// <summary>The service whose documented behaviour a third party has.</summary>
public enum ThirdPartyMode
{
    /// <summary>GitHub: "Authorizing OAuth apps", "Refreshing user access tokens" and "OAuth authorizations" of its documentation.</summary>
    GitHub,

    /// <summary>Google: "Using OAuth 2.0 for Web Server Applications" and "OpenID Connect" of its documentation.</summary>
    Google,
}
