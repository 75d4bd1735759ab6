using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.Settings;

/// <summary>
/// Parts of a configuration as texts. Two readings of one file make two objects, so that parts are compared by their texts. Settings hold references
/// to secrets and never a secret.
/// </summary>
public static partial class SettingsText
{
    /// <summary>Returns the text of a server.</summary>
    public static string Of(ServerSettings part) => JsonSerializer.Serialize(part, PartJson.Default.ServerSettings);

    /// <summary>Returns the text of an issuer.</summary>
    public static string Of(IssuerSettings part) => JsonSerializer.Serialize(part, PartJson.Default.IssuerSettings);

    /// <summary>Returns the text of an external policy decision point.</summary>
    public static string Of(DecisionPointSettings part) => JsonSerializer.Serialize(part, PartJson.Default.DecisionPointSettings);

    /// <summary>Returns the text of the authorization server.</summary>
    public static string Of(AuthorizationServerSettings part) => JsonSerializer.Serialize(part, PartJson.Default.AuthorizationServerSettings);

    [JsonSerializable(typeof(ServerSettings))]
    [JsonSerializable(typeof(IssuerSettings))]
    [JsonSerializable(typeof(DecisionPointSettings))]
    [JsonSerializable(typeof(AuthorizationServerSettings))]
    private sealed partial class PartJson : JsonSerializerContext;
}
