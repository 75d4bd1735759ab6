using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace EntraStandIn;

/// <summary>The pages that a person sees. They have no address of their own: a ticket in each form names the request.</summary>
public static class Pages
{
    /// <summary>Asks who signs in.</summary>
    public static Task SignInAsync(HttpContext context, string ticket, Registration client) => WriteAsync(context, "Sign in", $"""
        <p>to continue to <b>{Text(client.DisplayName)}</b></p>
        <form method="post" action="/{Tenant.Id}/login">{Ticket(ticket)}
        {string.Concat(Tenant.People.Values.Select(static person =>
            $"<button id=\"{Text(person.GivenName.ToLowerInvariant())}\" name=\"account\" value=\"{Text(person.UserPrincipalName)}\">"
            + $"{Text(person.DisplayName)}<br>{Text(person.UserPrincipalName)}</button>"))}
        </form>
        """);

    /// <summary>Asks for consent.</summary>
    public static Task ConsentAsync(HttpContext context, string ticket, PendingSignIn pending) => WriteAsync(context, "Permissions requested", $"""
        <p><b>{Text(pending.Client.DisplayName)}</b> asks {Text(pending.Person!.UserPrincipalName)} for:</p>
        <ul>{string.Concat(pending.Scopes.OpenId.Concat(pending.Scopes.Resources.SelectMany(static api => api.Names))
            .Select(static name => $"<li>{Text(name)}</li>"))}</ul>
        <form method="post" action="/{Tenant.Id}/consent">{Ticket(ticket)}
        <button id="cancel" name="answer" value="cancel">Cancel</button><button id="accept" name="answer" value="accept">Accept</button></form>
        """);

    /// <summary>Asks for the code that a device shows.</summary>
    public static Task DeviceAsync(HttpContext context) => WriteAsync(context, "Enter code", """
        <form method="post" action="/device"><input id="code" name="code" autocomplete="off" autofocus><button id="next">Next</button></form>
        """);

    /// <summary>Says how it ended.</summary>
    public static Task EndAsync(HttpContext context, string title, string text, int status = 200) =>
        WriteAsync(context, title, $"<p>{Text(text)}</p>", status);

    /// <summary>Sends an answer to the client by <c>form_post</c>.</summary>
    public static Task PostAsync(HttpContext context, string address, IEnumerable<KeyValuePair<string, string>> answer) => WriteAsync(context, "Working...", $"""
        <form method="post" action="{Text(address)}">
        {string.Concat(answer.Select(static pair => $"<input type=\"hidden\" name=\"{Text(pair.Key)}\" value=\"{Text(pair.Value)}\">"))}
        <noscript><button>Continue</button></noscript></form>
        """, script: "document.forms[0].submit();");

    private static Task WriteAsync(HttpContext context, string title, string body, int status = 200, string script = "")
    {
        var nonce = RandomNumberGenerator.GetHexString(32);
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XFrameOptions = "DENY";
        context.Response.Headers.ContentSecurityPolicy = $"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; frame-ancestors 'none'";
        return context.Response.WriteAsync($"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>{Text(title)} (stand-in of Microsoft Entra ID)</title>
            <style nonce="{nonce}">body {"{"} font: 1rem sans-serif; max-width: 30rem; margin: 3rem auto {"}"} button {"{"} margin: .3rem; padding: .6rem {"}"}</style></head>
            <body><h1>{Text(title)}</h1>
            {body}
            <p><small>A stand-in for tests. It asks for no password.</small></p>
            <script nonce="{nonce}">{script}</script></body></html>
            """, context.RequestAborted);
    }

    private static string Ticket(string ticket) => $"<input type=\"hidden\" name=\"ticket\" value=\"{Text(ticket)}\">";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
