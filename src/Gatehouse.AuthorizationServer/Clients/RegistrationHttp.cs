using System.Globalization;
using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Host;
using Gatehouse.Outbound;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>The way between HTTP and dynamic registration (RFC 7591 §3).</summary>
internal static class RegistrationHttp
{
    /// <summary>Serves one request.</summary>
    public static async Task ServeAsync(HttpContext context, Peer peer, ClientRegistration registration, IAuthorizationJournal journal)
    {
        var (request, response) = (context.Request, context.Response);
        var body = await BoundedRead.ToEndAsync(request.Body, ClientRegistration.LargestRequest, context.RequestAborted).ConfigureAwait(false);
        var whole = body is null ? default(ReadOnlyMemory<byte>?) : body; // a null array would become an empty body
        var answer = await registration.RegisterAsync(whole, peer, context.RequestAborted).ConfigureAwait(false);
        journal.Attempt(peer.Partition, AttemptEndpoint.Registration, ReasonOf(answer.Status));
        response.StatusCode = answer.Status;
        if (answer.RetryAfter is { } wait)
            response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        response.ContentType = "application/json";
        response.ContentLength = answer.Body.Length;
        await response.Body.WriteAsync(answer.Body, context.RequestAborted).ConfigureAwait(false);
    }

    private static string? ReasonOf(int status) => status switch
    {
        StatusCodes.Status201Created => null,
        StatusCodes.Status404NotFound => "not-offered",
        StatusCodes.Status429TooManyRequests => "too-many",
        StatusCodes.Status503ServiceUnavailable => "unavailable",
        _ => "invalid_client_metadata",
    };
}
