using System.Globalization;
using System.Net;
using System.Text.Json;
using Gatehouse.Identity.Formats;
using Gatehouse.Outbound;

namespace Gatehouse.Gateway.Access.Entra;

/// <summary>Reads answers of the login service and of Microsoft Graph: status 200, JSON, bounded. Everything else is a fault.</summary>
internal static class EntraAnswer
{
    /// <summary>The longest pause that the gateway observes: 5 minutes. A longer one would let a fault of the service end rights for hours.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan UsualPause = TimeSpan.FromSeconds(10);

    /// <summary>Reads an answer.</summary>
    /// <exception cref="EntraFaultException">It does not count.</exception>
    public static async Task<JsonElement> ReadAsync(
        HttpResponseMessage response, string who, int mostBytes, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(response);
        var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var body = await BoundedRead.ToEndAsync(stream, mostBytes, cancellation).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK) throw FaultOf(response, who, body, time);
            if (body is null) throw new EntraFaultException($"the answer of {who} is larger than {Text(mostBytes)} bytes");
            if (response.Content.Headers.ContentType?.MediaType != "application/json")
                throw new EntraFaultException($"the answer of {who} is not of type application/json");
            return StrictJson.Parse(body, out var root) == StrictJsonFault.None
                ? root : throw new EntraFaultException($"the answer of {who} is not JSON that can be read");
        }
    }

    // "Microsoft Graph throttling guidance" (learn.microsoft.com): 429 and 503 may name a time to wait in Retry-After.
    private static EntraFaultException FaultOf(HttpResponseMessage response, string who, byte[]? body, TimeProvider time)
    {
        var status = (int)response.StatusCode;
        var pause = status is 429 or 503 ? PauseOf(response, time) : (TimeSpan?)null;
        return new EntraFaultException($"{who} answered with status {Text(status)}{CodeOf(body)}", pause);
    }

    private static TimeSpan PauseOf(HttpResponseMessage response, TimeProvider time)
    {
        var asked = response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - time.GetUtcNow() : null;
        var pause = asked ?? UsualPause;
        return pause < TimeSpan.Zero ? TimeSpan.Zero : pause > LongestPause ? LongestPause : pause;
    }

    // "Microsoft Entra authentication and authorization error codes": the number says what an administrator must change. Its text is left out.
    private static string CodeOf(byte[]? body)
    {
        if (body is null || StrictJson.Parse(body, out var root) != StrictJsonFault.None) return "";
        if (!root.TryGetProperty("error_codes", out var codes) || codes.ValueKind != JsonValueKind.Array || codes.GetArrayLength() == 0) return "";
        return codes[0].ValueKind == JsonValueKind.Number && codes[0].TryGetInt32(out var code) ? $" (AADSTS{Text(code)})" : "";
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
