using System.Text.Json.Serialization;

namespace Gatehouse.Administration;

/// <summary>The acts about the host itself.</summary>
internal static class HostRows
{
    private const string Page = "operators/control.md";

    private static readonly HostActJson Forms = new(ActRow.Strict());

    public static ActRow Status { get; } = new(
        "status", ActWays.Socket, "Shows the state of the host.", Page,
        new ShowStatus(), Forms.ShowStatus, HostActJson.Default.StatusReport);

    public static ActRow Reload { get; } = new(
        "reload", ActWays.Socket, "Reads the configuration again and puts it in force as a whole.", Page,
        new Reload(), Forms.Reload, HostActJson.Default.Reloaded);

    public static ActRow Drain { get; } = new(
        "drain", ActWays.Socket, "Takes no new exchanges and waits for those under way.", Page,
        new Drain(), Forms.Drain, HostActJson.Default.Drained);

    public static ActRow Token { get; } = new(
        "token", ActWays.Socket, "Issues a token of the issuer of --dev.", Page,
        new IssueDevelopmentToken(), Forms.IssueDevelopmentToken, HostActJson.Default.IssuedToken);

    public static ActRow Stop { get; } = new(
        "stop", ActWays.Socket, "Ends the host; wrapped servers start another.", Page,
        new StopHost(), Forms.StopHost, HostActJson.Default.HostStopped);

    public static ActRow Acknowledge { get; } = new(
        "store.acknowledge", ActWays.Socket, "Acknowledges the alarm about a store.", Page,
        new AcknowledgeStoreAlarm(), Forms.AcknowledgeStoreAlarm, HostActJson.Default.StoreAlarmAcknowledged);

    /// <summary>All rows.</summary>
    public static IReadOnlyList<ActRow> All { get; } = [Status, Reload, Drain, Token, Stop, Acknowledge];
}

/// <summary>The forms of these acts and of their results.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ShowStatus))]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(Reload))]
[JsonSerializable(typeof(Reloaded))]
[JsonSerializable(typeof(Drain))]
[JsonSerializable(typeof(Drained))]
[JsonSerializable(typeof(IssueDevelopmentToken))]
[JsonSerializable(typeof(IssuedToken))]
[JsonSerializable(typeof(StopHost))]
[JsonSerializable(typeof(HostStopped))]
[JsonSerializable(typeof(AcknowledgeStoreAlarm))]
[JsonSerializable(typeof(StoreAlarmAcknowledged))]
internal sealed partial class HostActJson : JsonSerializerContext;
