using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.Storage.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gatehouse.AuthorizationServer.Protocol;

/// <summary>
/// The way between HTTP and the token endpoint or one of its neighbours: the bounds and rules of the request, the headers of the answer.
/// </summary>
internal static class OAuthHttp
{
    /// <summary>The most bytes of a form.</summary>
    public const int MaxFormBytes = 16 * 1024;

    private const string FormType = "application/x-www-form-urlencoded";
    private const int MethodNotAllowed = 405;
    private const int ContentTooLarge = 413;
    private const int Unauthorized = 401;

    /// <summary>Serves one request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="peer">The stranger behind it.</param>
    /// <param name="answer">The endpoint.</param>
    /// <param name="attempted">Takes the end of the attempt, once: the error, or null. It is called before the answer is sent.</param>
    public static async Task ServeAsync(
        HttpContext context, Peer peer, Func<OAuthRequest, CancellationToken, ValueTask<OAuthResponse>> answer, Action<OAuthError?> attempted)
    {
        var body = new byte[MaxFormBytes + 1];
        var end = OAuthError.Unavailable; // of an attempt that a fault ended
        try
        {
            var given = FindHeaderFault(context.Request) is { } fault
                ? OAuthResponse.Of(fault)
                : await AnswerAsync(context, peer, body, answer).ConfigureAwait(false);
            attempted(given.Error);
            end = null;
            await WriteAsync(context, given).ConfigureAwait(false);
        }
        finally
        {
            if (end is not null) attempted(end);
            Array.Clear(body);
        }
    }

    private static async ValueTask<OAuthResponse> AnswerAsync(
        HttpContext context, Peer peer, byte[] body, Func<OAuthRequest, CancellationToken, ValueTask<OAuthResponse>> answer)
    {
        var length = await context.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, context.RequestAborted)
            .ConfigureAwait(false);
        if (length > MaxFormBytes)
            return OAuthResponse.Of(OAuthError.InvalidRequest($"The form is larger than {MaxFormBytes} bytes.", ContentTooLarge));
        if (OAuthParameters.Read(body.AsSpan(0, length), out var form) is { } fault)
            return OAuthResponse.Of(fault);
        if (form.Repeated.Count > 0)
            return OAuthResponse.Of(OAuthError.InvalidRequest("A parameter occurs twice. Send each parameter at most once."));
        try
        {
            var request = new OAuthRequest(form, Only(context.Request.Headers.Authorization), Only(context.Request.Headers["DPoP"]), peer);
            return await answer(request, context.RequestAborted).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            return OAuthResponse.Of(OAuthError.Unavailable); // a store that cannot be asked grants nothing
        }
    }

    // Threat: credentials in the query are in the logs of every proxy (RFC 9700 §4.3.2; OAuth 2.1 §3.2).
    private static OAuthError? FindHeaderFault(HttpRequest request)
    {
        if (!HttpMethods.IsPost(request.Method))
            return OAuthError.InvalidRequest("Send the request with the method POST.", MethodNotAllowed);
        if (request.QueryString.HasValue)
            return OAuthError.InvalidRequest("Send all parameters in the form and none in the query.");
        if (!IsForm(request) || request.Headers.ContentEncoding.Count > 0)
            return OAuthError.InvalidRequest($"Send the form as {FormType}, in UTF-8 and not compressed.");
        return request.Headers.Authorization.Count > 1 || request.Headers["DPoP"].Count > 1
            ? OAuthError.InvalidRequest("A header occurs twice. Send each header at most once.") : null;
    }

    private static bool IsForm(HttpRequest request)
    {
        if (request.Headers.ContentType.Count != 1)
            return false;
        var type = request.Headers.ContentType[0].AsSpan();
        var semicolon = type.IndexOf(';');
        var parameters = semicolon < 0 ? default : type[(semicolon + 1)..].Trim();
        return (semicolon < 0 ? type : type[..semicolon]).Trim().Equals(FormType, StringComparison.OrdinalIgnoreCase)
            && (parameters.IsEmpty || parameters.Equals("charset=utf-8", StringComparison.OrdinalIgnoreCase));
    }

    private static string? Only(StringValues values) => values.Count == 1 ? values[0] : null;

    private static async Task WriteAsync(HttpContext context, OAuthResponse answer)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.Headers.CacheControl = "no-store"; // RFC 6749 §5.1
        response.Headers.Pragma = "no-cache";
        if (answer.Status == MethodNotAllowed)
            response.Headers.Allow = HttpMethods.Post;
        if (answer.Status == Unauthorized && context.Request.Headers.Authorization.Count > 0)
            response.Headers.WWWAuthenticate = "Basic realm=\"gatehouse\", charset=\"UTF-8\""; // RFC 6749 §5.2
        if (answer.Nonce is { } nonce)
            response.Headers["DPoP-Nonce"] = nonce;
        if (answer.Error is { IsTemporary: true })
            response.Headers.RetryAfter = "5";
        if (answer.Body.Length == 0)
            return;
        response.ContentType = "application/json";
        response.ContentLength = answer.Body.Length;
        await response.Body.WriteAsync(answer.Body, context.RequestAborted).ConfigureAwait(false);
        Array.Clear(answer.Body);
    }
}
