using System.Text;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.Outbound;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>Reads the parameters of a request for a page.</summary>
internal static class RequestParameters
{
    /// <summary>The most characters of a parameter of a query.</summary>
    public const int MostCharacters = 4096;

    /// <summary>The most bytes of a form.</summary>
    public const int MostFormBytes = 64 << 10;

    private const string FormType = "application/x-www-form-urlencoded";

    /// <summary>Reads the query.</summary>
    public static OAuthParameters OfQuery(HttpRequest request)
    {
        OAuthParameters.Read(Encoding.UTF8.GetBytes((request.QueryString.Value ?? "").TrimStart('?')), out var parameters);
        return parameters;
    }

    /// <summary>Reads the form of a page of this server.</summary>
    /// <returns>Null when it is no such form: it is too large, cannot be read, or repeats a parameter.</returns>
    public static async ValueTask<OAuthParameters?> OfFormAsync(HttpRequest request, CancellationToken cancellation)
    {
        var type = request.ContentType?.Split(';', 2)[0].Trim();
        if (!string.Equals(type, FormType, StringComparison.OrdinalIgnoreCase) || request.ContentLength > MostFormBytes) return null;
        var body = await BoundedRead.ToEndAsync(request.Body, MostFormBytes, cancellation).ConfigureAwait(false);
        if (body is null || OAuthParameters.Read(body, out var parameters) is not null) return null;
        return parameters.ArePlain(MostFormBytes) ? parameters : null;
    }
}
