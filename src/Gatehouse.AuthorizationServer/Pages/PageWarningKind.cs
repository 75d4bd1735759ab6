namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>Kinds of warnings about a client.</summary>
internal enum PageWarningKind
{
    /// <summary>All its redirect URIs are on loopback (MCP row C16).</summary>
    LoopbackOnly,

    /// <summary>Its name looks like another client's. First: its name; second: the other's name, where it may be shown.</summary>
    LookAlike,

    /// <summary>A host of it is written in Punycode. First: the host as it is resolved; second: as a browser may show it.</summary>
    Punycode,

    /// <summary>It is not as it was when it was used last. First: before; second: now; both or none.</summary>
    Changed,

    /// <summary>It chose its name itself. First: the name.</summary>
    UnvouchedName,
}
