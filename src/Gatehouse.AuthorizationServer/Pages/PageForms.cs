namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>Paths and fields of the forms on the pages.</summary>
internal static class PageForms
{
    /// <summary>Path to which the consent page is posted.</summary>
    public const string ConsentPath = "/oauth/consent";

    /// <summary>Path to which the confirmation page is posted.</summary>
    public const string ConfirmPath = "/oauth/confirm";

    /// <summary>Path of the page of grants, to which its forms are posted too.</summary>
    public const string GrantsPath = "/oauth/grants";

    /// <summary>The field with the sealed value of the page.</summary>
    public const string Sealed = "request";

    /// <summary>The field with the name of the chosen provider: its presence is a yes.</summary>
    public const string Provider = "provider";

    /// <summary>The field with the decision.</summary>
    public const string Decision = "decision";

    /// <summary>The field with the identifier of the grant to withdraw.</summary>
    public const string Grant = "grant";

    /// <summary>The decision not to give access.</summary>
    public const string Deny = "deny";

    /// <summary>The decision to give access.</summary>
    public const string Continue = "continue";

    /// <summary>The decision to sign in with another account.</summary>
    public const string Other = "other";

    /// <summary>The decision to withdraw every grant.</summary>
    public const string Everywhere = "everywhere";

    /// <summary>The decision to end the session of this browser.</summary>
    public const string SignOut = "sign-out";
}
