using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Formats;
using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Access.Entra;

/// <summary>
/// The access token of the gateway's application for Microsoft Graph ("OAuth 2.0 client credentials flow on the Microsoft identity platform",
/// learn.microsoft.com). It is kept in memory until shortly before its end.
/// </summary>
/// <param name="settings">The connection.</param>
/// <param name="tenant">The tenant.</param>
/// <param name="application">The credential.</param>
/// <param name="invoker">Sends requests by the rules for outgoing requests.</param>
/// <param name="time">The clock.</param>
internal sealed class EntraTokens(
    EntraGraphSettings settings, Guid tenant, EntraApplication application, HttpMessageInvoker invoker, TimeProvider time) : IDisposable
{
    /// <summary>The longest answer of the token endpoint, in bytes: 64 KiB.</summary>
    public const int MostBytes = 64 << 10;

    private const int LongestToken = 16 << 10;
    private const int LongestLife = 24 * 60 * 60;

    // RFC 6750 §2.1: the characters of a token. Threat: a line break in a header (CWE-113).
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/=");

    private static readonly TimeSpan Reserve = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim turn = new(1);
    private volatile Held? held;

    /// <summary>Returns a token that has not ended.</summary>
    /// <exception cref="EntraFaultException">The login service gives none.</exception>
    public async Task<SecretText> GetAsync(CancellationToken cancellation)
    {
        if (Good() is { } kept) return kept;
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return Good() ?? (held = await AskAsync(cancellation).ConfigureAwait(false)).Token;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Forgets a token that Microsoft Graph refused.</summary>
    public void Drop(SecretText token)
    {
        if (held is { } kept && ReferenceEquals(kept.Token, token)) held = null;
    }

    /// <inheritdoc />
    public void Dispose() => turn.Dispose();

    private SecretText? Good() => held is { } kept && time.GetUtcNow() < kept.Until ? kept.Token : null;

    private async Task<Held> AskAsync(CancellationToken cancellation)
    {
        var endpoint = new Uri(settings.Authority, $"/{tenant:D}/oauth2/v2.0/token");
        var form = application.Form(endpoint, new Uri(settings.Origin, "/.default").AbsoluteUri);
        try
        {
            var asked = time.GetUtcNow();
            using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ReadOnlyMemoryContent(form) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
            request.Headers.TryAddWithoutValidation("Accept", "application/json");
            using var response = await invoker.SendAsync(request, cancellation).ConfigureAwait(false);
            return Read(await EntraAnswer.ReadAsync(response, "the login service", MostBytes, time, cancellation).ConfigureAwait(false), asked);
        }
        finally
        {
            Array.Clear(form);
        }
    }

    private static Held Read(JsonElement root, DateTimeOffset asked)
    {
        if (StrictMember.Text(root, "token_type") is not { } type || !type.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
            || StrictMember.Text(root, "access_token") is not { Length: > 0 and <= LongestToken } token
            || token.AsSpan().ContainsAnyExcept(TokenCharacters)
            || !root.TryGetProperty("expires_in", out var life) || life.ValueKind != JsonValueKind.Number
            || !life.TryGetInt32(out var seconds) || seconds is < 1 or > LongestLife)
            throw new EntraFaultException("the answer of the login service has no token that can be used");
        return new Held(new SecretText(token), asked + TimeSpan.FromSeconds(seconds) - Reserve);
    }

    private sealed record Held(SecretText Token, DateTimeOffset Until);
}
