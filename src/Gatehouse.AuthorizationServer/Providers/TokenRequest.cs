using System.Text;
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
    /// <summary>The longest that a request may take.</summary>
    public static readonly TimeSpan LongestRequest = TimeSpan.FromSeconds(10);

    /// <summary>The largest answer that is read, in bytes. It is stored sealed with the grant.</summary>
    public const int LargestAnswer = 32 * 1024;

    private const int Ok = 200;
    private const int TooManyRequests = 429;
    private const int ServerError = 500;

    /// <summary>Redeems a code.</summary>
    /// <exception cref="SignInException">The provider cannot be reached, refused the code, or returned no tokens.</exception>
    public async Task<TokenAnswer> RedeemAsync(ProviderEndpoints endpoints, string code, string verifier, CancellationToken cancellation)
    {
        using var basic = Basic(endpoints);
        var form = Form(code, verifier, isSecretInForm: settings.ClientSecret is not null && basic is null);
        try
        {
            return Judge(await SendAsync(endpoints.Token, form, basic, cancellation).ConfigureAwait(false));
        }
        finally
        {
            Array.Clear(form);
        }
    }

    private async Task<FetchedDocument> SendAsync(Uri endpoint, byte[] form, SecretText? basic, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(LongestRequest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            return await poster.PostAsync(endpoint, form, basic, LargestAnswer, either.Token).AsTask().WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (IsUnavailable(fault) && !cancellation.IsCancellationRequested)
        {
            throw new SignInException(faults.Unavailable());
        }
    }

    private static bool IsUnavailable(Exception fault) => fault is IOException or HttpRequestException or OperationCanceledException;

    private TokenAnswer Judge(FetchedDocument answer)
    {
        if (answer.StatusCode == Ok) return TokenAnswer.Read(answer.Body) ?? throw new SignInException(faults.TokenAnswer());
        throw new SignInException(answer.StatusCode switch
        {
            >= 300 and < 400 => faults.TokenRedirect(),
            TooManyRequests or >= ServerError => faults.Unavailable(),
            _ => Error(answer.Body),
        });
    }

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

    /// <summary>The secret in the header where the provider takes it there, so that no log of forms has it; null otherwise.</summary>
    private SecretText? Basic(ProviderEndpoints endpoints)
    {
        if (settings.ClientSecret is null) return null;
        if (!endpoints.TakesBasic) return endpoints.TakesPost ? null : throw new SignInException(faults.ClientAuthentication());

        // RFC 6749 §2.3.1: each half is form-encoded, then both are joined.
        var text = Encoding.UTF8.GetBytes($"{Encode(settings.ClientId)}:{Encode(Secret())}");
        try
        {
            return new SecretText(Convert.ToBase64String(text));
        }
        finally
        {
            Array.Clear(text);
        }
    }

    private byte[] Form(string code, string verifier, bool isSecretInForm)
    {
        var form = new StringBuilder("grant_type=authorization_code");
        form.Append("&code=").Append(Encode(code));
        form.Append("&redirect_uri=").Append(Encode(redirectUri));
        form.Append("&code_verifier=").Append(Encode(verifier));

        // A public client names itself; with the secret in the header, the header names the client.
        if (settings.ClientSecret is null || isSecretInForm) form.Append("&client_id=").Append(Encode(settings.ClientId));
        if (isSecretInForm) form.Append("&client_secret=").Append(Encode(Secret()));
        return Encoding.ASCII.GetBytes(form.ToString());
    }

    private string Secret()
    {
        try
        {
            return secrets(settings.ClientSecret!).Reveal().ToString();
        }
        catch (InvalidDataException)
        {
            throw new SignInException(faults.Secret());
        }
    }

    // application/x-www-form-urlencoded, as RFC 6749 Appendix B has it: a space is a plus sign.
    private static string Encode(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);
}
