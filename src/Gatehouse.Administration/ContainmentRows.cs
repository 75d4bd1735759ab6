using System.Text.Json.Serialization;

namespace Gatehouse.Administration;

/// <summary>The acts about containments (IR-01).</summary>
internal static class ContainmentRows
{
    private const string Page = "operators/containment.md";

    private static readonly ContainmentActJson Forms = new(ActRow.Strict());

    public static ActRow Contain { get; } = new(
        "contain", ActWays.Everywhere, "Contains a server, tool, user, client or session, and ends what it has in progress.", Page,
        new Contain(new ContainmentTarget()), Forms.Contain, ContainmentActJson.Default.ContainmentMade);

    public static ActRow Preview { get; } = new(
        "contain.preview", ActWays.Everywhere, "Shows what a containment would end now, and changes nothing.", Page,
        new PreviewContainment(new ContainmentTarget()), Forms.PreviewContainment, ContainmentActJson.Default.ContainmentPreview);

    public static ActRow List { get; } = new(
        "contain.list", ActWays.Everywhere, "Lists what is contained.", Page, new ListContainments(), Forms.ListContainments,
        ContainmentActJson.Default.ContainmentList);

    public static ActRow Release { get; } = new(
        "release", ActWays.Everywhere, "Releases a containment.", Page, new ReleaseContainment(), Forms.ReleaseContainment,
        ContainmentActJson.Default.ContainmentReleased);

    /// <summary>All rows.</summary>
    public static IReadOnlyList<ActRow> All { get; } = [Contain, Preview, List, Release];
}

/// <summary>The forms of these acts and of their results.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Contain))]
[JsonSerializable(typeof(PreviewContainment))]
[JsonSerializable(typeof(ListContainments))]
[JsonSerializable(typeof(ReleaseContainment))]
[JsonSerializable(typeof(ContainmentMade))]
[JsonSerializable(typeof(ContainmentPreview))]
[JsonSerializable(typeof(ContainmentList))]
[JsonSerializable(typeof(ContainmentReleased))]
internal sealed partial class ContainmentActJson : JsonSerializerContext;
