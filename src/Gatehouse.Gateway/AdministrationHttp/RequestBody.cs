using System.Net.Http.Headers;
using Gatehouse.Administration;
using Gatehouse.Outbound;
using Gatehouse.Pipeline.Bounds;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.AdministrationHttp;

/// <summary>Bodies of requests to the administration interface, bounded in size and time.</summary>
internal static class RequestBody
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Reads a body of JSON, or returns the refusal.</summary>
    public static ValueTask<(ReadOnlyMemory<byte> Body, ActionRefusal? Refusal)> ReadJsonAsync(HttpContext context, TimeProvider time) =>
        ReadAsync(context, IsJson, ActionRefusal.NotJson, time);

    /// <summary>Reads a body that is one compact JWS (RFC 7515 §9.2.1), or returns the refusal.</summary>
    public static ValueTask<(ReadOnlyMemory<byte> Body, ActionRefusal? Refusal)> ReadJoseAsync(HttpContext context, TimeProvider time) =>
        ReadAsync(context, static text => string.Equals(text, "application/jose", StringComparison.OrdinalIgnoreCase), ActionRefusal.NotSigned, time);

    private static async ValueTask<(ReadOnlyMemory<byte> Body, ActionRefusal? Refusal)> ReadAsync(
        HttpContext context, Func<string?, bool> isType, ActionRefusal otherType, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(context);
        var headers = context.Request.Headers;
        // A page can send other types across origins without a preflight (Fetch §2.2.2, CORS-safelisted request headers).
        if (headers.ContentType.Count != 1 || !isType(headers.ContentType[0]) || headers.ContentEncoding.Count > 0) return (default, otherType);
        using var limit = new TimeLimit(Patience, time, context.RequestAborted);
        try
        {
            return await BoundedRead.ToEndAsync(context.Request.Body, ActTable.MaxBodyBytes, limit.Token).ConfigureAwait(false) is { } body
                ? (body, null) : (default, ActionRefusal.TooLargeBody);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return (default, ActionRefusal.SlowBody);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException e)
        {
            return (default, e.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => ActionRefusal.TooLargeBody,
                StatusCodes.Status408RequestTimeout => ActionRefusal.SlowBody,
                _ => ActionRefusal.AmbiguousRequest,
            });
        }
    }

    private static bool IsJson(string? text) => MediaTypeHeaderValue.TryParse(text, out var type)
        && string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)
        && (type.CharSet is not { } charset || string.Equals(charset.Trim('"'), "utf-8", StringComparison.OrdinalIgnoreCase));
}
