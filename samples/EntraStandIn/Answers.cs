using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace EntraStandIn;

/// <summary>The common parts of endpoints: parameters, JSON, errors and pages.</summary>
public static class Answers
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Parameters by name.</summary>
    /// <exception cref="EntraException">A parameter comes twice (CWE-235).</exception>
    public static Dictionary<string, string> Once(IEnumerable<KeyValuePair<string, StringValues>> parameters) => parameters.ToDictionary(
        static pair => pair.Key,
        static pair => pair.Value.Count == 1 ? pair.Value[0]!
            : throw new EntraException("invalid_request", 9000411, $"The request is not properly formatted. The parameter '{pair.Key}' is duplicated."),
        StringComparer.Ordinal);

    /// <summary>The form of a request.</summary>
    /// <exception cref="EntraException">It is not a POST of a form.</exception>
    public static async Task<Dictionary<string, string>> FormAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
            throw new EntraException("invalid_request", 900561, "The endpoint only accepts POST requests. Received a GET request.");
        if (context.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true)
            throw new EntraException("invalid_request", 900144, "The request body must be a form.");
        return Once(await context.Request.ReadFormAsync(context.RequestAborted));
    }

    /// <summary>Answers with JSON that no cache keeps.</summary>
    public static Task JsonAsync(HttpContext context, JsonNode answer, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store, no-cache";
        return context.Response.WriteAsync(answer.ToJsonString(Relaxed), context.RequestAborted);
    }

    /// <summary>Answers with an error of the login service.</summary>
    public static Task FaultAsync(HttpContext context, EntraException fault, DateTimeOffset now)
    {
        var answer = new JsonObject
        {
            ["error"] = fault.Error,
            ["error_description"] = Description(context, fault, now),
            ["error_codes"] = new JsonArray(fault.Number),
            ["timestamp"] = Timestamp(now),
            ["trace_id"] = Trace(context),
            ["correlation_id"] = Correlation(context),
            ["error_uri"] = $"https://login.microsoftonline.com/error?code={fault.Number}",
        };
        if (fault.Suberror is not null) answer["suberror"] = fault.Suberror;
        if (fault.Claims is not null) answer["claims"] = fault.Claims;
        return JsonAsync(context, answer, fault.Status);
    }

    /// <summary>The text of an error, as the login service writes it.</summary>
    public static string Description(HttpContext context, EntraException fault, DateTimeOffset now) =>
        $"AADSTS{fault.Number}: {fault.Message} Trace ID: {Trace(context)} Correlation ID: {Correlation(context)} Timestamp: {Timestamp(now)}";

    /// <summary>Answers with 429. The client waits for as long as the header says.</summary>
    public static void SetRetryAfter(HttpContext context, int seconds) =>
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);

    private static string Timestamp(DateTimeOffset now) => now.ToString("u", CultureInfo.InvariantCulture);

    private static string Trace(HttpContext context) => context.TraceIdentifier;

    private static string Correlation(HttpContext context) =>
        Guid.TryParse(context.Request.Headers["client-request-id"], out var id) ? id.ToString() : Guid.Empty.ToString();
}
