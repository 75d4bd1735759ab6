using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>Redirects of the browser.</summary>
internal static class Redirects
{
    /// <summary>
    /// Sends the browser to an address with a GET, whatever the method was (303; RFC 9700 §4.12: a 307 would carry the form along).
    /// </summary>
    public static void To(HttpContext context, string address)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = address;
        context.Response.Headers.CacheControl = "no-store";
    }
}
