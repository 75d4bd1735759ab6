using System.Text.Json.Serialization;

namespace Gatehouse.Administration;

/// <summary>The acts about configurations that were in force.</summary>
internal static class ConfigurationRows
{
    private const string Page = "operators/configuration-history.md";

    private static readonly ConfigurationActJson Forms = new(ActRow.Strict());

    public static ActRow List { get; } = new(
        "config.history", ActWays.Socket, "Lists the changes of the configuration.", Page,
        new ListConfigurations(), Forms.ListConfigurations, ConfigurationActJson.Default.ConfigurationHistory);

    public static ActRow RollBack { get; } = new(
        "config.rollback", ActWays.Socket, "Puts a configuration in force again that was in force before.", Page,
        new RollBackConfiguration(), Forms.RollBackConfiguration, ConfigurationActJson.Default.ConfigurationRolledBack);

    /// <summary>All rows.</summary>
    public static IReadOnlyList<ActRow> All { get; } = [List, RollBack];
}

/// <summary>The forms of these acts and of their results.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ListConfigurations))]
[JsonSerializable(typeof(ConfigurationHistory))]
[JsonSerializable(typeof(RollBackConfiguration))]
[JsonSerializable(typeof(ConfigurationRolledBack))]
internal sealed partial class ConfigurationActJson : JsonSerializerContext;
