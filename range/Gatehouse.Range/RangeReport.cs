using System.Text.Json.Nodes;
using Gatehouse.Range.Running;
using Gatehouse.Text;

namespace Gatehouse.Range;

/// <summary>What a run showed, in the form of <c>--json</c>.</summary>
public static class RangeReport
{
    /// <summary>The object under <c>range</c>; its version is that of the envelope.</summary>
    public static JsonObject Of(IReadOnlyList<ExerciseResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        return new JsonFields { ["behaves"] = results.All(r => r.Behaves), ["exercises"] = results.Select(Of).ToJsonArray() };
    }

    /// <summary>The arm as reports call it.</summary>
    public static string Name(RunVariant arm) => arm switch
    {
        RunVariant.Unguarded => "unguarded",
        RunVariant.Guarded => "guarded",
        _ => "replaced",
    };

    private static JsonFields Of(ExerciseResult result) => new()
    {
        ["id"] = result.Exercise.Id,
        ["title"] = result.Exercise.Title,
        ["owasp"] = result.Exercise.Owasp.ToJsonArray(),
        ["rows"] = result.Exercise.Rows.ToJsonArray(),
        ["protection"] = result.Exercise.Protection,
        ["behaves"] = result.Behaves,
        ["skipped"] = result.Skipped,
        ["milliseconds"] = (long)result.Duration.TotalMilliseconds,
        ["arms"] = result.Variants.Select(Of).ToJsonArray(),
    };

    private static JsonFields Of(VariantResult variant) => new()
    {
        ["arm"] = Name(variant.RunVariant),
        ["behaves"] = variant.Behaves,
        ["honestUse"] = variant.HonestUseWorks,
        ["fault"] = variant.Fault,
        ["attempts"] = variant.Attempts.Select(Of).ToJsonArray(),
    };

    private static JsonFields Of(Attempt attempt) => new()
    {
        ["name"] = attempt.Name,
        ["succeeded"] = attempt.Succeeded,
        ["observed"] = attempt.Observed,
        ["notDefended"] = attempt.IsNotDefended,
    };
}
