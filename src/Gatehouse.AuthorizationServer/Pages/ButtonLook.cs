namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>Looks of a button.</summary>
internal enum ButtonLook
{
    /// <summary>One choice among others.</summary>
    Plain,

    /// <summary>The choice for which the page was opened.</summary>
    Primary,

    /// <summary>A choice that takes something away.</summary>
    Danger,
}
