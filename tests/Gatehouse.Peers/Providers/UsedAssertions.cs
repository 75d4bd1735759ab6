using Microsoft.IdentityModel.JsonWebTokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;

namespace Gatehouse.Peers.Providers;

/// <summary>
/// Client assertions are accepted once, and for ten minutes at most (RFC 7523, section 3, CWE-294). OpenIddict has checked signature, issuer,
/// subject, audience and end before, and leaves these two to the host.
/// </summary>
internal sealed class UsedAssertions(TimeProvider time) : IOpenIddictServerHandler<OpenIddictServerEvents.ProcessAuthenticationContext>
{
    private const int Most = 100_000;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly Lock gate = new();
    private readonly Dictionary<string, DateTimeOffset> used = new(StringComparer.Ordinal);

    public ValueTask HandleAsync(OpenIddictServerEvents.ProcessAuthenticationContext context)
    {
        if (context.ClientAssertion is not { Length: > 0 } text || context.IsRejected) return ValueTask.CompletedTask;
        var assertion = new JsonWebToken(text);
        if (!assertion.TryGetPayloadValue<string>("jti", out var id) || id.Length is 0 or > 256) Reject(context, "The client assertion has no jti.");
        else if (assertion.ValidTo > time.GetUtcNow().UtcDateTime + Longest) Reject(context, "The client assertion is valid for more than ten minutes.");
        else if (!TryUse($"{assertion.Subject} {id}", assertion.ValidTo)) Reject(context, "The client assertion was used before.");
        return ValueTask.CompletedTask;
    }

    private bool TryUse(string id, DateTimeOffset end)
    {
        lock (gate)
        {
            if (used.Count >= Most)
            {
                foreach (var old in used.Where(pair => pair.Value < time.GetUtcNow()).Select(static pair => pair.Key).ToList()) used.Remove(old);
            }

            return used.Count < Most && used.TryAdd(id, end);
        }
    }

    private static void Reject(OpenIddictServerEvents.ProcessAuthenticationContext context, string text) =>
        context.Reject(OpenIddictConstants.Errors.InvalidClient, text);
}
