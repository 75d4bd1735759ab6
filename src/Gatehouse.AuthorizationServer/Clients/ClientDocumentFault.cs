namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>The fault for which a client id metadata document is not accepted.</summary>
internal enum ClientDocumentFault
{
    /// <summary>No fault.</summary>
    None,

    /// <summary>No answer came in time, or no address of the host may be connected to. The two look the same (row E08).</summary>
    Unreachable,

    /// <summary>The host says that it cannot answer now.</summary>
    Unavailable,

    /// <summary>The answer is not a success: there is no document, or a redirect.</summary>
    Status,

    /// <summary>The answer is not JSON by its content type.</summary>
    ContentType,

    /// <summary>The document is too large.</summary>
    Size,

    /// <summary>The document is not one JSON object with distinct names.</summary>
    Form,

    /// <summary>The document's <c>client_id</c> is not its address.</summary>
    Identifier,

    /// <summary>The document has no name that can be shown.</summary>
    Name,

    /// <summary>The document has no redirect URI, too many, or one that is not accepted.</summary>
    RedirectUris,

    /// <summary>The document names a secret, or a way to authenticate other than none.</summary>
    Authentication,

    /// <summary>The document excludes the authorization code grant.</summary>
    Grant,

    /// <summary>Too many documents are being fetched, by this address block or in whole.</summary>
    Busy,
}
