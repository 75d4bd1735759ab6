using System.Globalization;
using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.Outbound;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>The way between HTTP and dynamic registration (RFC 7591 §3).</summary>
internal static class RegistrationHttp
{
    /// <summary>Serves one request.</summary>
    public static async Task ServeAsync(HttpContext context, Peer peer, ClientRegistration registration)
    {
        var (request, response) = (context.Request, context.Response);
        var body = await BoundedRead.ToEndAsync(request.Body, ClientRegistration.LargestRequest, context.RequestAborted).ConfigureAwait(false);
        var whole = body is null ? default(ReadOnlyMemory<byte>?) : body; // a null array would become an empty body
        var answer = await registration.RegisterAsync(whole, peer, context.RequestAborted).ConfigureAwait(false);
        response.StatusCode = answer.Status;
        if (answer.RetryAfter is { } wait)
            response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        response.ContentType = "application/json";
        response.ContentLength = answer.Body.Length;
        await response.Body.WriteAsync(answer.Body, context.RequestAborted).ConfigureAwait(false);
    }
}
