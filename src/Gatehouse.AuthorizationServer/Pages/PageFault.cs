namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>Faults that end a sign-in on a page of the gateway.</summary>
internal enum PageFault
{
    /// <summary>The client id is not known.</summary>
    UnknownClient,

    /// <summary>The redirect URI is not one of the client's (MCP row C07): nothing may be sent to it.</summary>
    WrongRedirect,

    /// <summary>The request of the client is wrong in another way.</summary>
    BadRequest,

    /// <summary>The state or form was used before (MCP row C10).</summary>
    AlreadyUsed,

    /// <summary>The browser is not the one that consented (MCP row C09).</summary>
    OtherBrowser,

    /// <summary>The form was not posted from a page of the gateway (MCP row C04).</summary>
    ForeignForm,

    /// <summary>The sign-in at the provider failed.</summary>
    SignInFailed,

    /// <summary>The provider does not answer.</summary>
    ProviderUnavailable,

    /// <summary>The person may not use the server.</summary>
    NotPermitted,

    /// <summary>The stranger's share is used up.</summary>
    TooMany,

    /// <summary>A fault of the gateway.</summary>
    Internal,
}
