using System.Net;

namespace Gatehouse.Outbound;

/// <summary>
/// The endpoints of managed identities that the platform names in variables of the process: the metadata service of virtual machines, and the local
/// endpoints of App Service, Container Apps and Azure Arc. An endpoint counts only by its address: loopback, or link-local.
/// </summary>
/// <remarks>
/// Threat: another account or a deployment template sets the variable, and the client sends its requests, with the header that opens the endpoint, to
/// a host of the attacker's choice (CWE-918).
/// </remarks>
public sealed class IdentityEndpoints
{
    // Virtual machines and scale sets, and Azure Arc, whose agent has a fixed place.
    private static readonly (string, int)[] Fixed = [("169.254.169.254", 80), ("127.0.0.1", 40342), ("localhost", 40342)];

    private static readonly string[] Variables = ["IDENTITY_ENDPOINT", "IMDS_ENDPOINT", "MSI_ENDPOINT", "AZURE_POD_IDENTITY_AUTHORITY_HOST"];

    private readonly HashSet<(string, int)> places;

    private IdentityEndpoints(HashSet<(string, int)> places, string? refused) => (this.places, Refused) = (places, refused);

    /// <summary>Name of the variable that names another kind of address; null when each is of a permitted one.</summary>
    public string? Refused { get; }

    /// <summary>Returns the endpoints that these variables name.</summary>
    /// <param name="variable">Returns the value of a variable of the process; null when it is not set.</param>
    public static IdentityEndpoints Of(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        HashSet<(string, int)> places = [.. Fixed];
        string? refused = null;
        foreach (var name in Variables)
        {
            if (variable(name) is not { Length: > 0 } value) continue;
            if (Place(value) is { } place) places.Add(place);
            else refused = name;
        }

        return new IdentityEndpoints(places, refused);
    }

    /// <summary>Returns whether a destination is one of them.</summary>
    public bool Contains(DnsEndPoint destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return places.Contains((destination.Host, destination.Port));
    }

    private static (string, int)? Place(string value)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttp) return null;
        var isLocal = url.IdnHost == "localhost"
            || (IPAddress.TryParse(url.IdnHost, out var address) && AddressRules.Allows(address, DestinationTrust.PlatformIdentity));
        return isLocal ? (url.IdnHost, url.Port) : null;
    }
}
