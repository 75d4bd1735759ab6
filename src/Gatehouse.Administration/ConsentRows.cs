using System.Text.Json.Serialization;

namespace Gatehouse.Administration;

/// <summary>The acts about consents of people to clients.</summary>
internal static class ConsentRows
{
    private const string Page = "operators/sign-in.md";

    private static readonly ConsentActJson Forms = new(ActRow.Strict());

    public static ActRow List { get; } = new(
        "consent.list", ActWays.Socket, "Lists consents of people to clients.", Page,
        new ListConsents(), Forms.ListConsents, ConsentActJson.Default.ConsentList);

    public static ActRow Revoke { get; } = new(
        "consent.revoke", ActWays.Socket, "Withdraws a consent, and ends every grant and token that follows from it.", Page,
        new RevokeConsent(), Forms.RevokeConsent, ConsentActJson.Default.ConsentRevoked);

    /// <summary>All rows.</summary>
    public static IReadOnlyList<ActRow> All { get; } = [List, Revoke];
}

/// <summary>The forms of these acts and of their results.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ListConsents))]
[JsonSerializable(typeof(ConsentList))]
[JsonSerializable(typeof(RevokeConsent))]
[JsonSerializable(typeof(ConsentRevoked))]
internal sealed partial class ConsentActJson : JsonSerializerContext;
