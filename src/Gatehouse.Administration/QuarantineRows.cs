using System.Text.Json.Serialization;

namespace Gatehouse.Administration;

/// <summary>The acts about withheld results.</summary>
internal static class QuarantineRows
{
    private const string Page = "operators/quarantine.md";

    private static readonly QuarantineActJson Forms = new(ActRow.Strict());

    public static ActRow List { get; } = new(
        "quarantine.list", ActWays.Everywhere, "Lists withheld results. It shows nothing of them.", Page,
        new ListQuarantine(), Forms.ListQuarantine, QuarantineActJson.Default.QuarantineList);

    public static ActRow Show { get; } = new(
        "quarantine.show", ActWays.Everywhere, "Shows one withheld result in full, and notes who was shown what.", Page,
        new ShowQuarantined(), Forms.ShowQuarantined, QuarantineActJson.Default.QuarantineView);

    public static ActRow Release { get; } = new(
        "quarantine.release", ActWays.Everywhere, "Releases one withheld result for the next call that is the same.", Page,
        new ReleaseQuarantined(), Forms.ReleaseQuarantined, QuarantineActJson.Default.QuarantineReleased);

    public static ActRow Delete { get; } = new(
        "quarantine.delete", ActWays.Everywhere, "Deletes one withheld result.", Page,
        new DeleteQuarantined(), Forms.DeleteQuarantined, QuarantineActJson.Default.QuarantineDeleted);

    public static ActRow Cases { get; } = new(
        "quarantine.cases", ActWays.Everywhere, "Shows the false alarms that people marked, with their results.", Page,
        new ListQuarantineCases(), Forms.ListQuarantineCases, QuarantineActJson.Default.QuarantineCaseList);

    /// <summary>All rows.</summary>
    public static IReadOnlyList<ActRow> All { get; } = [List, Show, Release, Delete, Cases];
}

/// <summary>The forms of these acts and of their results.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ListQuarantine))]
[JsonSerializable(typeof(QuarantineList))]
[JsonSerializable(typeof(ShowQuarantined))]
[JsonSerializable(typeof(QuarantineView))]
[JsonSerializable(typeof(ReleaseQuarantined))]
[JsonSerializable(typeof(QuarantineReleased))]
[JsonSerializable(typeof(DeleteQuarantined))]
[JsonSerializable(typeof(QuarantineDeleted))]
[JsonSerializable(typeof(ListQuarantineCases))]
[JsonSerializable(typeof(QuarantineCaseList))]
internal sealed partial class QuarantineActJson : JsonSerializerContext;
