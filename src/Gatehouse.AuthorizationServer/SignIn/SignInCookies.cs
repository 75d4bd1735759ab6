using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>
/// The cookies of a sign-in (MCP rows C06, C08, C11). None is set before the person consented, with two exceptions. For a client that is
/// <c>preApproved</c> the administrator consented in the configuration. <c>GET /oauth/grants</c> signs a person in for the gateway's own page, and no
/// client gets anything of it. All have the prefix <c>__Host-</c>, so that no other
/// host of the domain can set them (RFC 6265bis §4.1.3.2), and Lax, because the provider's answer is a navigation from another site.
/// </summary>
internal static class SignInCookies
{
    /// <summary>Hexadecimal digits of the digest of a state that distinguish the sign-ins of one browser.</summary>
    public const int KeyDigits = 8;

    /// <summary>The time in which a person signs in, and confirms.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan AccountLife = TimeSpan.FromDays(365);

    private const string State = "__Host-gatehouse-signin-";
    private const string Confirmation = "__Host-gatehouse-confirm-";
    private const string Account = "__Host-gatehouse-account";
    private const string Person = "__Host-gatehouse-person";

    /// <summary>Returns the key that names one sign-in in this browser.</summary>
    public static string Key(ReadOnlySpan<byte> digest) => Convert.ToHexStringLower(digest)[..KeyDigits];

    /// <summary>Returns whether a text of a stranger is a key.</summary>
    public static bool IsKey(string? text) => text?.Length == KeyDigits && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Binds the browser to a sign-in.</summary>
    public static void SetBrowser(HttpContext context, string key, string value) => Set(context, State + key, value, Life);

    /// <summary>Returns the value that binds the browser to a sign-in, and removes it.</summary>
    public static string? TakeBrowser(HttpContext context, string key) => Take(context, State + key);

    /// <summary>Sets the value with which the person confirms.</summary>
    public static void SetConfirmation(HttpContext context, string key, string value) => Set(context, Confirmation + key, value, Life);

    /// <summary>Returns the value with which the person confirms.</summary>
    public static string? Confirming(HttpContext context, string key) => Read(context, Confirmation + key);

    /// <summary>Returns the value with which the person confirms, and removes it.</summary>
    public static string? TakeConfirmation(HttpContext context, string key) => Take(context, Confirmation + key);

    /// <summary>Remembers who signed in last in this browser, sealed.</summary>
    public static void SetAccount(HttpContext context, string value) => Set(context, Account, value, AccountLife);

    /// <summary>Returns who signed in last in this browser, sealed.</summary>
    public static string? LastAccount(HttpContext context) => Read(context, Account);

    /// <summary>Lets the person see what was granted, for a short while.</summary>
    public static void SetPerson(HttpContext context, string value) => Set(context, Person, value, Life);

    /// <summary>Returns the sealed session of a person who sees what was granted.</summary>
    public static string? PersonOf(HttpContext context) => Read(context, Person);

    /// <summary>Ends the session of a person who sees what was granted.</summary>
    public static void RemovePerson(HttpContext context) => Take(context, Person);

    private static string? Read(HttpContext context, string name) => context.Request.Cookies[name];

    private static string? Take(HttpContext context, string name)
    {
        var value = Read(context, name);
        if (value is not null) context.Response.Cookies.Delete(name, Options(TimeSpan.Zero));
        return value;
    }

    private static void Set(HttpContext context, string name, string value, TimeSpan life) =>
        context.Response.Cookies.Append(name, value, Options(life));

    private static CookieOptions Options(TimeSpan life) => new()
    {
        Secure = true,
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        MaxAge = life,
    };
}
