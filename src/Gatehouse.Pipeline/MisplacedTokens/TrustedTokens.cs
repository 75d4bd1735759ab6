using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.MisplacedTokens;

/// <summary>
/// JWTs of issuers that the gateway trusts, and of providers at which people sign in. Such a token may be valid here, or at another resource of the
/// same organization. The signature is not verified, because a fetch of keys would give the caller a way to cause work. The JWT of any other issuer
/// is data, such as the input of a tool that reads JWTs.
/// </summary>
internal static class TrustedTokens
{
    private const int LongestClaims = 16 * 1024;
    private const int ShortestClaims = 16;

    /// <summary>Returns whether the text holds a JWT whose <c>iss</c> is an issuer or sign-in provider of the configuration.</summary>
    public static bool Has(ReadOnlySpan<byte> text, GatewaySettings settings)
    {
        // Each part is read as claims at most once, so that the work grows with the length of the text and not with its square.
        while (text.IndexOf("eyJ"u8) is >= 0 and var begin)
        {
            text = text[begin..];
            if (!TryCut(ref text, out _)) continue;
            var rest = text;
            if (TryCut(ref rest, out var claims) && claims.Length is >= ShortestClaims and <= LongestClaims && NamesTrusted(claims, settings))
                return true;
        }

        return false;
    }

    // Takes the part up to the next dot. Without a dot, takes everything that is no part.
    private static bool TryCut(ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> part)
    {
        var end = text.IndexOfAnyExcept(TokenForms.Base64UrlBytes);
        part = end < 0 ? text : text[..end];
        text = end < 0 ? [] : text[(end + 1)..];
        return end >= 0 && part.Length > 0;
    }

    private static bool NamesTrusted(ReadOnlySpan<byte> claims, GatewaySettings settings)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(claims.Length);
        try
        {
            return Base64Url.DecodeFromUtf8(claims, buffer, out _, out var length) == OperationStatus.Done
                && HasTrustedIssuer(buffer.AsSpan(0, length), settings);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    // The claims are no validated JSON, and a parser would answer a fault with an exception, which is too expensive for texts that a caller chooses.
    private static bool HasTrustedIssuer(ReadOnlySpan<byte> json, GatewaySettings settings)
    {
        while (json.IndexOf("\"iss\""u8) is >= 0 and var at)
        {
            json = json[(at + 5)..];
            var value = json.TrimStart(" \t\r\n:"u8);
            if (value.IsEmpty || value[0] != (byte)'"') continue;
            var end = value[1..].IndexOf((byte)'"');
            if (end >= 0 && IsTrusted(settings, Encoding.UTF8.GetString(value.Slice(1, end)).Replace("\\/", "/", StringComparison.Ordinal)))
                return true;
        }

        return false;
    }

    private static bool IsTrusted(GatewaySettings settings, string issuer)
    {
        if (issuer == settings.Origin || issuer.StartsWith(settings.Origin + "/", StringComparison.Ordinal)) return true;
        return settings.Issuers.Any(trusted => Names(trusted).Contains(issuer, StringComparer.Ordinal))
            || settings.AuthorizationServer?.Providers.Any(provider => Names(provider).Contains(issuer, StringComparer.Ordinal)) == true;
    }

    // The values of iss in its tokens.
    private static IEnumerable<string> Names(IssuerSettings issuer)
    {
        if (issuer.TokenIssuer is not null) yield return issuer.TokenIssuer;
        if (issuer.Tenants.Count == 0)
        {
            foreach (var name in Names(issuer.Profile, issuer.Issuer)) yield return name;
        }

        foreach (var tenant in issuer.Tenants)
        {
            foreach (var name in Names(issuer.Profile, issuer.Issuer.Replace("{tenantid}", tenant, StringComparison.Ordinal))) yield return name;
        }
    }

    // A provider at which people sign in: its tokens open what the person may use there.
    private static IEnumerable<string> Names(SignInProviderSettings provider) => Names(provider.Profile, provider.Issuer);

    // Entra has tokens of two versions, each with an issuer of its own ("Access token claims reference"). AD FS has another than that of its metadata.
    private static IEnumerable<string> Names(IssuerProfileName profile, string issuer)
    {
        yield return issuer;
        if (profile == IssuerProfileName.Strict || !Uri.TryCreate(issuer, UriKind.Absolute, out var address)) yield break;
        if (profile == IssuerProfileName.AdFs) yield return $"http://{address.Authority}/adfs/services/trust";
        else if (address.Segments.Length > 1) yield return $"https://sts.windows.net/{address.Segments[1].TrimEnd('/')}/";
    }
}
