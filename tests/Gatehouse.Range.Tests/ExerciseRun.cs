using System.Globalization;
using System.Text;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Tests;

/// <summary>
/// An exercise in its three variants: the exploit succeeds against the server alone, fails against the gateway, and succeeds
/// again with the named protection replaced; the honest use passes with and without the gateway.
/// </summary>
internal static class ExerciseRun
{
    private static readonly Toolbox Tools = Toolbox.Find();

    /// <summary>Runs one exercise; the test is skipped where the machine lacks what it needs.</summary>
    public static async Task BehavesAsync(string id)
    {
        var exercise = ExerciseCatalogue.Find(id)!;
        var result = (await RangeRunner.RunAsync([exercise], Tools, static _ => { }, TestContext.Current.CancellationToken)).Single();
        if (result.Skipped is not null) Assert.Skip(result.Skipped);
        Assert.True(result.Behaves, Describe(result));
    }

    private static string Describe(ExerciseResult result)
    {
        var text = new StringBuilder();
        foreach (var variant in result.Variants)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{RangeReport.Name(variant.RunVariant)}: behaves {variant.Behaves}, honest use {variant.HonestUseWorks}, {variant.Fault}\n");
            foreach (var attempt in variant.Attempts) text.Append(CultureInfo.InvariantCulture, $"  {attempt.Name}: {attempt.Observed}\n");
        }

        return text.ToString();
    }
}
