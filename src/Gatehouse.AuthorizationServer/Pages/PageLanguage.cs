namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>The languages of the pages. The first is used where a browser asks for none of them.</summary>
internal enum PageLanguage
{
    /// <summary>English.</summary>
    English,

    /// <summary>German.</summary>
    German,

    /// <summary>Danish.</summary>
    Danish,

    /// <summary>Chinese, in simplified characters.</summary>
    Chinese,
}
