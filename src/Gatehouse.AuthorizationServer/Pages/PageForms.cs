namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>Fields of the forms on the pages, and the values of decisions.</summary>
internal static class PageForms
{
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
