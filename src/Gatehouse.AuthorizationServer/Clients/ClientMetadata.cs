using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Gatehouse.Identity.Redirects;

namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>Members of client metadata that documents and registrations have in common (RFC 7591 §2).</summary>
internal static class ClientMetadata
{
    /// <summary>Returns the text of a member; null when it is absent or no text.</summary>
    public static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    /// <summary>
    /// Reads the redirect URIs. Those that are not acceptable are left out: clients list addresses for several servers, and one that this server does
    /// not accept is never answered (RFC 7591 §3.2.1).
    /// </summary>
    /// <param name="root">The metadata.</param>
    /// <param name="uris">The acceptable URIs, at least one, without repetition.</param>
    /// <param name="fault">What is wrong, in words without any text of the stranger.</param>
    public static bool TryReadRedirectUris(JsonElement root, out ImmutableArray<string> uris, out string? fault)
    {
        uris = [];
        fault = $"redirect_uris: an array of 1 to {RedirectUris.MostOfClient} texts is needed";
        if (!root.TryGetProperty("redirect_uris", out var member) || member.ValueKind != JsonValueKind.Array
            || member.GetArrayLength() is 0 or > RedirectUris.MostOfClient)
            return false;
        var read = ImmutableArray.CreateBuilder<string>(member.GetArrayLength());
        var (at, refused) = (0, (string?)null);
        foreach (var element in member.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.String)
                return false;
            var text = element.GetString();
            if (RedirectUri.TryParse(text, out _, out var uriFault)) read.Add(text);
            else refused ??= string.Create(CultureInfo.InvariantCulture, $"redirect_uris[{at}]: {RedirectUri.Describe(uriFault)}");
            at++;
        }

        uris = [.. read.Distinct(StringComparer.Ordinal)];
        fault = uris.IsEmpty ? refused : null;
        return !uris.IsEmpty;
    }

    /// <summary>Returns whether the metadata allow the authorization code grant: they name it, or name no grants at all.</summary>
    public static bool AllowsCodeGrant(JsonElement root) =>
        Allows(root, "grant_types", "authorization_code") && Allows(root, "response_types", "code");

    private static bool Allows(JsonElement root, string name, string value)
    {
        if (!root.TryGetProperty(name, out var member))
            return true;
        return member.ValueKind == JsonValueKind.Array
            && member.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && one.ValueEquals(value));
    }
}
