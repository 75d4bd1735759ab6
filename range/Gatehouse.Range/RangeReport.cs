using Gatehouse.Range.Running;

namespace Gatehouse.Range;

/// <summary>What a run showed, in the form of <c>--json</c>.</summary>
public static class RangeReport
{
    /// <summary>The object under <c>range</c>; its version is that of the envelope.</summary>
    public static object Of(IReadOnlyList<ExerciseResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        return new
        {
            behaves = results.All(r => r.Behaves),
            exercises = results.Select(r => new
            {
                id = r.Exercise.Id,
                title = r.Exercise.Title,
                owasp = r.Exercise.Owasp,
                rows = r.Exercise.Rows,
                protection = r.Exercise.Protection,
                behaves = r.Behaves,
                skipped = r.Skipped,
                milliseconds = (long)r.Duration.TotalMilliseconds,
                arms = r.Variants.Select(a => new
                {
                    arm = Name(a.RunVariant),
                    behaves = a.Behaves,
                    honestUse = a.HonestUseWorks,
                    fault = a.Fault,
                    attempts = a.Attempts.Select(t => new
                    {
                        name = t.Name,
                        succeeded = t.Succeeded,
                        observed = t.Observed,
                        notDefended = t.IsNotDefended,
                    }),
                }),
            }),
        };
    }

    /// <summary>The arm as reports call it.</summary>
    public static string Name(RunVariant arm) => arm switch
    {
        RunVariant.Unguarded => "unguarded",
        RunVariant.Guarded => "guarded",
        _ => "replaced",
    };
}
