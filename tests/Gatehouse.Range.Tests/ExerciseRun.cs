using System.Globalization;
using System.Text;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Tests;

/// <summary>
/// An exercise in its three variants: the exploit succeeds against the server alone, fails against the gateway, and succeeds
/// again with the named protection replaced; the honest use passes with and without the gateway. The gate runs the variant behind the gateway
/// alone, and all three of an exercise that a change reaches.
/// </summary>
internal static class ExerciseRun
{
    private static readonly Toolbox Tools = Toolbox.Find();

    // The files that differ from the base, which ./test writes; null for a run that judges no change.
    private static readonly string[]? Changed =
        Environment.GetEnvironmentVariable("GATEHOUSE_CHANGED") is { Length: > 0 } list ? File.ReadAllLines(list) : null;

    // Where protections lie, by the beginning of their name; the first that fits counts.
    private static readonly (string Protection, string[] Folders)[] Places =
    [
        ("authorization server", ["src/Gatehouse.AuthorizationServer/", "src/Gatehouse.Gateway/SignIn/", "src/Gatehouse.Connections/"]),
        ("stage inspect", ["src/Gatehouse.Pipeline/Inspection/", "src/Gatehouse.Detection/"]),
        ("outgoing connections", ["src/Gatehouse.Outbound/", "src/Gatehouse.Azure/"]),
        ("stage forward", ["src/Gatehouse.Upstreams/", "src/Gatehouse.Outbound/", "src/Gatehouse.Isolation/", "src/Gatehouse.Pipeline/Forward/"]),
        ("stage authorize", ["src/Gatehouse.Policy/", "src/Gatehouse.Pipeline/Authorize/", "src/Gatehouse.Pipeline/Uris/"]),
        ("stage approve", ["src/Gatehouse.Gateway/Approvals/", "src/Gatehouse.Pipeline/Approve/"]),
        ("stage authenticate", ["src/Gatehouse.Identity/", "src/Gatehouse.Pipeline/Authenticate/", "src/Gatehouse.Gateway/Hosting/Honey"]),
        ("stage validate", ["src/Gatehouse.Pipeline/Validate/", "src/Gatehouse.Protocol/"]),
        ("stage session", ["src/Gatehouse.Pipeline/Sessions/", "src/Gatehouse.Gateway/Sessions/"]),
        ("judge", ["src/Gatehouse.Integrity/", "src/Gatehouse.Detection/"]),
        ("stage", ["src/Gatehouse.Pipeline/", "src/Gatehouse.Gateway/", "src/Gatehouse.Containment/"]),
        ("command", ["src/Gatehouse.Cli/", "src/Gatehouse.Inventory/", "src/Gatehouse.Audit"]),
    ];

    /// <summary>Runs one exercise; the test is skipped where the machine lacks what it needs.</summary>
    public static async Task BehavesAsync(string id)
    {
        var exercise = ExerciseCatalogue.Find(id)!;
        var isWhole = !TestSize.IsGate || Changed is null || IsReached(exercise);
        var result = (await RangeRunner.RunAsync([exercise], Tools, static _ => { }, TestContext.Current.CancellationToken,
            isWhole ? null : [RunVariant.Guarded])).Single();
        if (result.Skipped is not null) Assert.Skip(result.Skipped);
        Assert.True(isWhole ? result.Behaves : result.Variants.Single().Behaves, Describe(result));
    }

    private static bool IsReached(RangeExercise exercise)
    {
        var file = $"/{exercise.GetType().Name}.cs";
        var folders = Places.FirstOrDefault(place => exercise.Protection.StartsWith(place.Protection, StringComparison.Ordinal)).Folders ?? ["src/"];
        return Changed!.Any(changed => changed.EndsWith(file, StringComparison.Ordinal)
            || (changed.StartsWith("range/", StringComparison.Ordinal) && !changed.Contains("/Exercises/", StringComparison.Ordinal))
            || folders.Any(folder => changed.StartsWith(folder, StringComparison.Ordinal)));
    }

    internal static string Describe(ExerciseResult result)
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
