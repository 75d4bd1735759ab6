using System.Text.Json;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Formats;
using Gatehouse.Identity.Issuers;
using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.AuthorizationServer.Providers;

/// <summary>Redeems authorization codes at the token endpoint of a provider (RFC 6749 §4.1.3; RFC 7636 §4.5).</summary>
/// <param name="settings">The provider.</param>
/// <param name="name">Its name, as people read it.</param>
/// <param name="redirectUri">The redirect URI of the authorization request.</param>
/// <param name="poster">Sends the form.</param>
/// <param name="secrets">Reads the gateway's secret, at each request, so that a changed secret is used.</param>
/// <param name="faults">The faults of this provider.</param>
/// <param name="time">The clock of the time limit.</param>
internal sealed class TokenRequest(
    SignInProviderSettings settings, string name, string redirectUri, IFormPoster poster, Func<SecretReference, SecretText> secrets,
    SignInFaults faults, TimeProvider time)
{
    private const int Ok = 200;
    private const int TooManyRequests = 429;
    private const int ServerError = 500;

    private readonly ProviderForms forms = new(settings.ClientId, settings.ClientSecret, poster, secrets, faults, time);

    /// <summary>Redeems a code.</summary>
    /// <exception cref="SignInException">The provider cannot be reached, refused the code, or returned no tokens.</exception>
    public async Task<TokenAnswer> RedeemAsync(ProviderEndpoints endpoints, string code, string verifier, CancellationToken cancellation) =>
        Judge(await forms.PostAsync(endpoints.Token, endpoints,
            [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirectUri), ("code_verifier", verifier)], cancellation)
            .ConfigureAwait(false));

    /// <summary>Redeems a refresh token (RFC 6749 §6). The answer need not have an ID token.</summary>
    /// <exception cref="SignInException">The provider cannot be reached, refused the token, or returned no tokens.</exception>
    public async Task<byte[]> RefreshAsync(ProviderEndpoints endpoints, string refreshToken, CancellationToken cancellation)
    {
        var answer = await forms.PostAsync(
            endpoints.Token, endpoints, [("grant_type", "refresh_token"), ("refresh_token", refreshToken)], cancellation).ConfigureAwait(false);
        if (answer.StatusCode != Ok) throw Refused(answer);
        return ProviderTokens.Read(answer.Body, default) is null ? throw new SignInException(faults.TokenAnswer()) : answer.Body.ToArray();
    }

    private TokenAnswer Judge(FetchedDocument answer) => answer.StatusCode == Ok
        ? TokenAnswer.Read(answer.Body) ?? throw new SignInException(faults.TokenAnswer()) : throw Refused(answer);

    private SignInException Refused(FetchedDocument answer) => new(answer.StatusCode switch
    {
        >= 300 and < 400 => faults.TokenRedirect(),
        TooManyRequests or >= ServerError => faults.Unavailable(),
        _ => Error(answer.Body),
    });

    private SignInFault Error(ReadOnlyMemory<byte> body)
    {
        if (StrictJson.Parse(body, out var root) != StrictJsonFault.None) return faults.TokenAnswer();
        if (settings.Profile == IssuerProfileName.Entra)
        {
            if (EntraErrors.Find(name, Text(root, "error_description")) is { } known) return known;

            // Entra returns the claims that a further sign-in would have to satisfy ("Conditional Access authentication context").
            if (Text(root, "claims") is not null) return EntraErrors.ConditionalAccess(name);
        }

        return ProviderErrors.Of(name, Text(root, "error"));
    }

    private static string? Text(JsonElement root, string member) =>
        root.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
