using System.Collections.Immutable;
using System.Text.Json;

namespace Gatehouse.Identity.Keys;

/// <summary>The members of a JSON Web Key that matter here, as text.</summary>
internal sealed record JsonWebKeyMembers
{
    /// <summary>Members of private and symmetric keys (RFC 7518 §6.2.2, §6.3.2, §6.4.1; RFC 8037 §2).</summary>
    private static readonly ImmutableArray<string> SecretMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    public string? KeyId { get; private init; }

    /// <summary>The issuer that the key is for, which Entra's common key sets name, or null when absent.</summary>
    public string? Issuer { get; private init; }

    public string? KeyType { get; private init; }

    public string? Algorithm { get; private init; }

    public string? PublicKeyUse { get; private init; }

    /// <summary>The operations named; default when the member is absent.</summary>
    public ImmutableArray<string> Operations { get; private init; }

    public string? Curve { get; private init; }

    public string? X { get; private init; }

    public string? Y { get; private init; }

    public string? Modulus { get; private init; }

    public string? Exponent { get; private init; }

    /// <summary>True when this is a symmetric key or carries a private one.</summary>
    public bool HoldsSecret { get; private init; }

    /// <summary>Reads a key.</summary>
    /// <exception cref="FormatException">A member has another JSON type than its definition.</exception>
    public static JsonWebKeyMembers Read(JsonElement key)
    {
        if (key.ValueKind != JsonValueKind.Object)
            throw new FormatException("A key of the set is not an object.");
        return new JsonWebKeyMembers
        {
            KeyId = Text(key, "kid"),
            Issuer = Text(key, "issuer"),
            KeyType = Text(key, "kty") ?? throw new FormatException("A key of the set has no kty."),
            Algorithm = Text(key, "alg"),
            PublicKeyUse = Text(key, "use"),
            Operations = Texts(key, "key_ops"),
            Curve = Text(key, "crv"),
            X = Text(key, "x"),
            Y = Text(key, "y"),
            Modulus = Text(key, "n"),
            Exponent = Text(key, "e"),
            HoldsSecret = Text(key, "kty") == "oct" || SecretMembers.Any(name => key.TryGetProperty(name, out _)),
        };
    }

    /// <summary>Returns every member that matters, in one text.</summary>
    public string Fingerprint() =>
        JsonSerializer.Serialize(
            [KeyId, Issuer, KeyType, Algorithm, PublicKeyUse, Operations.IsDefault
                ? null : string.Join(' ', Operations), Curve, X, Y, Modulus, Exponent], KeyJson.Default.StringArray!);

    private static string? Text(JsonElement key, string name)
    {
        if (!key.TryGetProperty(name, out var value))
            return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw new FormatException($"Member {name} of a key is not a string.");
    }

    private static ImmutableArray<string> Texts(JsonElement key, string name)
    {
        if (!key.TryGetProperty(name, out var value))
            return default;
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
            throw new FormatException($"Member {name} of a key is not an array of strings.");
        return [.. value.EnumerateArray().Select(item => item.GetString()!)];
    }
}
