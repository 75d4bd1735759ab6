using System.Text.Json.Serialization;

namespace Gatehouse.Administration;

/// <summary>The acts about credentials of servers (ID-05).</summary>
internal static class CredentialRows
{
    private const string Page = "operators/credentials.md";

    private static readonly CredentialActJson Forms = new(ActRow.Strict());

    public static ActRow List { get; } = new(
        "credential.list", ActWays.Everywhere, "Lists the credentials of servers that issuers issued and the connections of people, without their values.", Page,
        new ListCredentials(), Forms.ListCredentials, CredentialActJson.Default.CredentialList);

    public static ActRow Refresh { get; } = new(
        "credential.refresh", ActWays.Everywhere, "Forgets credentials of a server, so that the next call obtains new ones.", Page,
        new RefreshCredentials(), Forms.RefreshCredentials, CredentialActJson.Default.CredentialsForgotten);

    public static ActRow Disconnect { get; } = new(
        "credential.disconnect", ActWays.Everywhere, "Disconnects a person from the third-party service of a server.", Page,
        new DisconnectPerson(), Forms.DisconnectPerson, CredentialActJson.Default.PersonDisconnected);

    /// <summary>All rows.</summary>
    public static IReadOnlyList<ActRow> All { get; } = [List, Refresh, Disconnect];
}

/// <summary>The forms of these acts and of their results.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ListCredentials))]
[JsonSerializable(typeof(CredentialList))]
[JsonSerializable(typeof(RefreshCredentials))]
[JsonSerializable(typeof(CredentialsForgotten))]
[JsonSerializable(typeof(DisconnectPerson))]
[JsonSerializable(typeof(PersonDisconnected))]
internal sealed partial class CredentialActJson : JsonSerializerContext;
