namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>A reason for a person to look twice before consenting.</summary>
internal enum ClientWarningKind
{
    /// <summary>The answer goes to a program on the person's machine, and any program there can take its place (MCP row C16). No data.</summary>
    LoopbackOnly,

    /// <summary>No administrator and no host vouches for the name. Shown: the name.</summary>
    UnvouchedName,

    /// <summary>The name resembles that of another client, a server or the gateway. Shown: the name. Other: the name that it resembles.</summary>
    LookAlikeName,

    /// <summary>A host of the client resembles another host. Shown: the host. Other: the host that it resembles.</summary>
    LookAlikeHost,

    /// <summary>A word of the name mixes Latin letters with letters of another script that look like Latin ones. Shown: the name.</summary>
    MixedScripts,

    /// <summary>A host of the client has letters that are not ASCII. Shown: the host in its ASCII form. Other: the host with its letters.</summary>
    Punycode,

    /// <summary>The client's name is another than at the last consent. Shown: the name now. Other: the name then.</summary>
    NameChanged,

    /// <summary>The answer goes to another place than at the last consent. Shown: the place now. Other: the place then.</summary>
    RedirectChanged,
}
