using System.Text.Json;

namespace Gatehouse.AuthZen;

/// <summary>
/// The metadata of a decision point (AuthZEN 1.0 §9). Threat: a mix-up, in which questions and the gateway's credential are sent to another party's
/// endpoints. The document must name exactly the identifier that it was looked up by (§9.2.3), and its endpoints must be of the same origin.
/// </summary>
internal static class DecisionPointMetadata
{
    private const string WellKnown = "/.well-known/authzen-configuration";

    /// <summary>Returns the address of the identifier's metadata: the well-known part is between host and path (§9.2).</summary>
    public static Uri UrlOf(string identifier)
    {
        var url = new Uri(identifier);
        return new Uri(url.GetLeftPart(UriPartial.Authority) + WellKnown + url.AbsolutePath.TrimEnd('/'));
    }

    /// <summary>Reads the endpoints that the document names.</summary>
    /// <exception cref="DecisionFaultException">It names another decision point, or endpoints elsewhere.</exception>
    public static DecisionPointEndpoints Read(ReadOnlyMemory<byte> body, string identifier)
    {
        using var document = EvaluationResponseReader.Parse(body);
        if (Text(document.RootElement, "policy_decision_point") != identifier)
            throw new DecisionFaultException("the metadata name another decision point");
        var single = Endpoint(document.RootElement, "access_evaluation_endpoint", identifier)
            ?? throw new DecisionFaultException("the metadata name no endpoint");
        return new DecisionPointEndpoints(single, Endpoint(document.RootElement, "access_evaluations_endpoint", identifier));
    }

    private static string? Text(JsonElement document, string name) =>
        document.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static Uri? Endpoint(JsonElement document, string name, string identifier)
    {
        if (!document.TryGetProperty(name, out _)) return null;
        if (Uri.TryCreate(Text(document, name), UriKind.Absolute, out var url)
            && url.UserInfo.Length == 0
            && Uri.Compare(url, new Uri(identifier), UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0)
        {
            return url;
        }

        throw new DecisionFaultException("an endpoint of the metadata is of another origin");
    }
}
