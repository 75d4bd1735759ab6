using System.Text.Json;

namespace EntraStandIn;

/// <summary>
/// The parameter <c>claims</c> of a request ("Claims challenges, claims requests and client capabilities"): the demands that the sign-in has to
/// satisfy, and the capabilities of the client.
/// </summary>
/// <param name="Demands">Authentication contexts, and ids of policies.</param>
/// <param name="Capabilities">The values of <c>xms_cc</c>: <c>cp1</c> for a client that handles claims challenges.</param>
public sealed record ClaimsRequest(IReadOnlyList<string> Demands, IReadOnlyList<string> Capabilities)
{
    /// <summary>A request without the parameter.</summary>
    public static ClaimsRequest None { get; } = new([], []);

    /// <summary>True for an authentication context.</summary>
    public static bool IsContext(string value) => value is ['c', >= '1' and <= '9'] or ['c', >= '1' and <= '9', >= '0' and <= '9'];

    /// <summary>Reads the parameter; null is a request without it.</summary>
    /// <exception cref="EntraException">It is not the JSON of a claims request.</exception>
    public static ClaimsRequest Read(string? text)
    {
        if (string.IsNullOrEmpty(text)) return None;
        try
        {
            using var document = JsonDocument.Parse(text);
            if (!document.RootElement.TryGetProperty("access_token", out var wanted)) return None;
            var (demands, capabilities) = (new List<string>(), new List<string>());
            foreach (var claim in wanted.EnumerateObject())
            {
                if (claim.Name == "xms_cc") capabilities.AddRange(Values(claim.Value));
                else if (claim.Name is "acrs" or "polids" or "capolids") demands.AddRange(Values(claim.Value));
            }

            return new ClaimsRequest(demands, capabilities);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new EntraException("invalid_request", 9000410, "Malformed JSON: the parameter 'claims' is invalid.");
        }
    }

    private static IEnumerable<string> Values(JsonElement claim)
    {
        if (claim.TryGetProperty("value", out var one)) return [one.GetString()!];
        return claim.TryGetProperty("values", out var many) ? [.. many.EnumerateArray().Select(static value => value.GetString()!)] : [];
    }
}
