namespace Gatehouse.Range.Running;

/// <summary>Runs exercises: three arms each, with a server and a gateway of their own.</summary>
public static class RangeRunner
{
    private static readonly TimeSpan ArmLimit = TimeSpan.FromSeconds(40);

    /// <summary>Runs the exercises one after the other.</summary>
    /// <param name="exercises">The exercises.</param>
    /// <param name="tools">Where third-party software is.</param>
    /// <param name="done">Told each result as it is there.</param>
    /// <param name="cancellation">Ends the run between arms.</param>
    public static async Task<IReadOnlyList<ExerciseResult>> RunAsync(
        IReadOnlyList<RangeExercise> exercises, Toolbox tools, Action<ExerciseResult> done, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exercises);
        ArgumentNullException.ThrowIfNull(tools);
        ArgumentNullException.ThrowIfNull(done);
        var issuer = await RangeIssuer.StartAsync().ConfigureAwait(false);
        await using (issuer.ConfigureAwait(false))
        {
            var results = new List<ExerciseResult>();
            foreach (var exercise in exercises)
            {
                var result = await RunAsync(exercise, issuer, tools, cancellation).ConfigureAwait(false);
                results.Add(result);
                done(result);
            }

            return results;
        }
    }

    private static async Task<ExerciseResult> RunAsync(RangeExercise exercise, RangeIssuer issuer, Toolbox tools, CancellationToken cancellation)
    {
        if (tools.Missing(exercise.Needs) is { } missing) return new ExerciseResult(exercise, [], missing, TimeSpan.Zero);
        var started = TimeProvider.System.GetTimestamp();
        var arms = await Task.WhenAll(Enum.GetValues<Arm>()
            .Select(arm => RunArmAsync(exercise, arm, issuer, tools, cancellation))).ConfigureAwait(false);
        return new ExerciseResult(exercise, arms, null, TimeProvider.System.GetElapsedTime(started));
    }

    // Whatever goes wrong in an arm is a result of it: one broken exercise must not hide the others.
    private static async Task<ArmResult> RunArmAsync(RangeExercise exercise, Arm arm, RangeIssuer issuer, Toolbox tools,
        CancellationToken cancellation)
    {
        try
        {
            cancellation.ThrowIfCancellationRequested();
            var bed = new Bed(issuer, tools);
            await using (bed.ConfigureAwait(false))
            {
                return await exercise.PlayAsync(arm, bed).WaitAsync(ArmLimit, cancellation).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new ArmResult(arm, [], null, $"{e.GetType().Name}: {e.Message}");
        }
    }
}
