namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>Kinds of what is new since a person's last consent to a client.</summary>
internal enum PageChangeKind
{
    /// <summary>There was no consent before.</summary>
    FirstConsent,

    /// <summary>Another person signed in with this browser before.</summary>
    OtherPerson,

    /// <summary>The redirect URI is another one. Text: the new one.</summary>
    NewRedirect,

    /// <summary>A scope is new. Text: the scope.</summary>
    NewScope,

    /// <summary>The client has another name. Text: the name before.</summary>
    NewName,

    /// <summary>The server is new to the client.</summary>
    NewServer,
}
