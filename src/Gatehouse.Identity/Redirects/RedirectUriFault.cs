namespace Gatehouse.Identity.Redirects;

/// <summary>The fault for which a redirect URI is not accepted.</summary>
internal enum RedirectUriFault
{
    /// <summary>No fault.</summary>
    None,

    /// <summary>It is empty or too long.</summary>
    Length,

    /// <summary>It has a character that RFC 3986 does not allow, or an incomplete percent-encoding.</summary>
    Characters,

    /// <summary>It has a fragment.</summary>
    Fragment,

    /// <summary>It has a user name or password.</summary>
    UserInfo,

    /// <summary>It has a wildcard.</summary>
    Wildcard,

    /// <summary>Its scheme is not accepted.</summary>
    Scheme,

    /// <summary>It is http and not on loopback.</summary>
    PlainHttp,

    /// <summary>Its host is no host name and no address in its usual form.</summary>
    Host,

    /// <summary>Its port is no number from 1 to 65535.</summary>
    Port,
}
