using System.Text.Json;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Gateway.Access.Entra;

/// <summary>A person of an Entra tenant, as a verified token names them.</summary>
/// <param name="Issuer">Issuer of the token.</param>
/// <param name="Subject">Subject of the token.</param>
/// <param name="ObjectId">The object id of the person in the tenant (<c>oid</c>).</param>
internal sealed record EntraPerson(string Issuer, string Subject, Guid ObjectId)
{
    /// <summary>
    /// Returns the member of the tenant that a token is about; null for an application, a guest, or another tenant.
    /// </summary>
    /// <remarks>
    /// Claims by "Access token claims reference" and "Optional claims reference" (learn.microsoft.com): <c>tid</c> is the tenant, <c>oid</c> the
    /// object in it, <c>idtyp</c> is <c>app</c> for an application, <c>idp</c> names another tenant or provider for a guest, and <c>acct</c> is 1
    /// for a guest. Threat: both ids become part of a question to Microsoft Graph, so nothing but a GUID is one (CWE-943).
    /// </remarks>
    /// <param name="token">The verified token.</param>
    /// <param name="tenant">The tenant of the connection to Microsoft Graph.</param>
    public static EntraPerson? Of(VerifiedToken token, Guid tenant)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (token.IsApplication || Text(token, "idtyp") is not (null or "user")) return null;
        if (Id(token, "tid") != tenant || Id(token, "oid") is not { } person || IsGuest(token, tenant)) return null;
        return new EntraPerson(token.Issuer, token.Subject, person);
    }

    /// <summary>Returns the tenant that the issuer of one tenant names; null for any other.</summary>
    public static Guid? TenantOf(string issuer) =>
        Uri.TryCreate(issuer, UriKind.Absolute, out var uri) && uri.Segments.Length > 1
            && Guid.TryParseExact(uri.Segments[1].TrimEnd('/'), "D", out var tenant) ? tenant : null;

    private static bool IsGuest(VerifiedToken token, Guid tenant)
    {
        if (token.TryGetClaim("idp", out var provider)
            && (provider.ValueKind != JsonValueKind.String || TenantOf(provider.GetString()!) != tenant)) return true;
        if (!token.TryGetClaim("acct", out var account)) return false;
        return account.ValueKind switch
        {
            JsonValueKind.Number => !account.TryGetInt32(out var number) || number != 0,
            JsonValueKind.String => account.GetString() != "0",
            _ => true,
        };
    }

    private static Guid? Id(VerifiedToken token, string claim) =>
        Guid.TryParseExact(Text(token, claim), "D", out var id) && id != Guid.Empty ? id : null;

    private static string? Text(VerifiedToken token, string claim)
    {
        if (!token.TryGetClaim(claim, out var value)) return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : "";
    }
}
