using System.Collections.Immutable;
using System.Text.Json;

namespace Gatehouse.Identity.Diagnostics;

/// <summary>
/// The members of an issuer's metadata that clients use (RFC 8414 §2; OpenID Connect Discovery §3). Members of wrong types are not read.
/// </summary>
internal sealed class ProviderMetadata(JsonElement root)
{
    public string? Text(string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public bool IsTrue(string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    /// <summary>Returns a list of texts, or null when the issuer has none.</summary>
    public ImmutableArray<string>? Texts(string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
            : null;

    public bool Lists(string name, string item) => Texts(name)?.Contains(item, StringComparer.Ordinal) == true;
}
