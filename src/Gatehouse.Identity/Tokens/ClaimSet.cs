using System.Collections.Immutable;
using System.Text.Json;

namespace Gatehouse.Identity.Tokens;

/// <summary>A typed view of claims. A claim that has another type than its definition is an error, never a missing claim.</summary>
/// <remarks>Threat: a group or an expiry that one reader sees and another skips.</remarks>
internal readonly struct ClaimSet(JsonElement root, bool isIntrospected = false)
{
    /// <summary>The most elements of an array claim.</summary>
    public const int MaxItems = 1000;

    /// <summary>The largest NumericDate: the last second of year 9999.</summary>
    private const long MaxNumericDate = 253_402_300_799;

    /// <summary>The claims themselves.</summary>
    public JsonElement Root => root;

    /// <summary>True when these are the issuer's answer about an opaque token (RFC 7662), and not the content of a JWT.</summary>
    public bool IsIntrospected => isIntrospected;

    /// <summary>Returns whether a claim is present, whatever its value.</summary>
    public bool Has(string name) => root.TryGetProperty(name, out _);

    /// <summary>Returns a string claim, or null when absent.</summary>
    /// <exception cref="ClaimFormatException">Not a string.</exception>
    public string? Text(string name)
    {
        if (!root.TryGetProperty(name, out var value))
            return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw new ClaimFormatException();
    }

    /// <summary>Returns a NumericDate in whole seconds (RFC 7519 §2), or null when absent.</summary>
    /// <exception cref="ClaimFormatException">Not a whole number between 1970 and 9999.</exception>
    public DateTimeOffset? Date(string name)
    {
        if (!root.TryGetProperty(name, out var value))
            return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var seconds) || seconds is < 0 or > MaxNumericDate)
            throw new ClaimFormatException();
        return DateTimeOffset.FromUnixTimeSeconds(seconds);
    }

    /// <summary>Returns a claim that is a string or an array of strings (as <c>aud</c>, RFC 7519 §4.1.3). Empty when absent.</summary>
    /// <exception cref="ClaimFormatException">Anything else, or more than <see cref="MaxItems"/> elements.</exception>
    public ImmutableArray<string> Texts(string name)
    {
        if (!root.TryGetProperty(name, out var value))
            return [];
        if (value.ValueKind == JsonValueKind.String)
            return [value.GetString()!];
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > MaxItems
            || value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
            throw new ClaimFormatException();
        return [.. value.EnumerateArray().Select(item => item.GetString()!)];
    }

    /// <summary>Returns the scopes of <c>scope</c> (space-separated, RFC 8693 §4.2) or otherwise <c>scp</c> (the same, or an array).</summary>
    /// <exception cref="ClaimFormatException">Another type.</exception>
    public ImmutableArray<string> Scopes()
    {
        if (Has("scope"))
            return Split([Text("scope")!]);
        return Split(Texts("scp"));
    }

    /// <summary>Returns the scopes of one claim by its name: space-separated text or an array. Empty when absent.</summary>
    /// <exception cref="ClaimFormatException">Another type.</exception>
    public ImmutableArray<string> ScopesOf(string name) => Split(Texts(name));

    /// <summary>
    /// Returns whether the token says that the subject has groups which it does not carry: by reference to a source elsewhere (OpenID Connect Core
    /// §5.6.2; Entra's group overage), or by <c>hasgroups</c>.
    /// </summary>
    /// <remarks>Threat: a rule for people outside a group takes such a subject for one of them.</remarks>
    public bool HasMoreGroups()
    {
        if (root.TryGetProperty("_claim_names", out var names) && (names.ValueKind != JsonValueKind.Object || names.TryGetProperty("groups", out _)))
            return true;
        return root.TryGetProperty("hasgroups", out var has) && has.ValueKind != JsonValueKind.False;
    }

    private static ImmutableArray<string> Split(ImmutableArray<string> values) =>
        [.. values.SelectMany(value => value.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.Ordinal)];
}
