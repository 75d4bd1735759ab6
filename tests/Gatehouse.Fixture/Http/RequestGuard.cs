using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Fixture.Http;

/// <summary>What every request must pass, whatever its era.</summary>
internal sealed class RequestGuard(KeyValuePair<string, string>? requiredHeader)
{
    public void Check(HttpRequest request)
    {
        // A page in the user's browser that got this address under its own name shows that name here.
        if (!IsLoopback(request.Host.Host)) throw Forbidden($"The host '{request.Host}' is not this server.");
        if (request.Headers.Origin.Any(origin => !IsLoopbackOrigin(origin))) throw Forbidden("Requests from that origin are not served.");
        if (requiredHeader is { } required && !Carries(request, required))
            throw new RejectionException(StatusCodes.Status401Unauthorized, $"The header {required.Key} is missing or wrong.");
    }

    public static void CheckAccepts(HttpRequest request, params ReadOnlySpan<string> types)
    {
        foreach (var type in types)
        {
            if (!Accepts(request, type))
                throw new RejectionException(StatusCodes.Status406NotAcceptable, $"The client must accept {type}.");
        }
    }

    private static bool Accepts(HttpRequest request, string type) => request.GetTypedHeaders().Accept.Any(range =>
        range.MatchesAllTypes
        || range.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)
        || (range.MatchesAllSubTypes && type.StartsWith($"{range.Type}/", StringComparison.OrdinalIgnoreCase)));

    private static bool IsLoopbackOrigin(string? origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https") && IsLoopback(uri.Host);

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static bool Carries(HttpRequest request, KeyValuePair<string, string> required) =>
        request.Headers[required.Key] is [{ } value]
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(value), Encoding.UTF8.GetBytes(required.Value));

    private static RejectionException Forbidden(string message) => new(StatusCodes.Status403Forbidden, message);
}
