using Gatehouse.Gateway;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Settings;

namespace Gatehouse.Range.Running;

/// <summary>Runs exercises: three variants each, with a server and a gateway of their own.</summary>
public static class RangeRunner
{
    private static readonly TimeSpan VariantLimit = TimeSpan.FromSeconds(120);

    /// <summary>Runs the exercises one after the other.</summary>
    /// <param name="exercises">The exercises.</param>
    /// <param name="tools">Where third-party software is.</param>
    /// <param name="done">Told each result as it is there.</param>
    /// <param name="cancellation">Ends the run between variants.</param>
    /// <param name="variants">The variants of each; null for all three.</param>
    public static Task<IReadOnlyList<ExerciseResult>> RunAsync(IReadOnlyList<RangeExercise> exercises, Toolbox tools,
        Action<ExerciseResult> done, CancellationToken cancellation, IReadOnlyList<RunVariant>? variants = null) =>
        RunAsync(exercises, tools, done, variants, null, cancellation);

    /// <summary>The same, with another way to start the gateway; null starts it as a program does.</summary>
    internal static async Task<IReadOnlyList<ExerciseResult>> RunAsync(IReadOnlyList<RangeExercise> exercises, Toolbox tools,
        Action<ExerciseResult> done, IReadOnlyList<RunVariant>? variants,
        Func<RangeFixture, GatewaySettings, GatewayHostOptions, Task<GatewayHost>>? start, CancellationToken cancellation)
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
                var result = await RunAsync(
                    exercise, issuer, tools, variants ?? Enum.GetValues<RunVariant>(), start, cancellation).ConfigureAwait(false);
                results.Add(result);
                done(result);
            }

            return results;
        }
    }

    private static async Task<ExerciseResult> RunAsync(RangeExercise exercise, RangeIssuer issuer, Toolbox tools,
        IReadOnlyList<RunVariant> variants, Func<RangeFixture, GatewaySettings, GatewayHostOptions, Task<GatewayHost>>? start,
        CancellationToken cancellation)
    {
        if (tools.Missing(exercise.Needs) is { } missing) return new ExerciseResult(exercise, [], missing, TimeSpan.Zero);
        var started = TimeProvider.System.GetTimestamp();
        var results = await Task.WhenAll(variants
            .Select(variant => RunVariantAsync(exercise, variant, issuer, tools, start, cancellation))).ConfigureAwait(false);
        return new ExerciseResult(exercise, results, null, TimeProvider.System.GetElapsedTime(started));
    }

    // Whatever goes wrong in an variant is a result of it: one broken exercise must not hide the others.
    private static async Task<VariantResult> RunVariantAsync(RangeExercise exercise, RunVariant variant, RangeIssuer issuer, Toolbox tools,
        Func<RangeFixture, GatewaySettings, GatewayHostOptions, Task<GatewayHost>>? start, CancellationToken cancellation)
    {
        try
        {
            cancellation.ThrowIfCancellationRequested();
            var fixture = new RangeFixture(issuer, tools);
            if (start is not null) fixture.StartHost = (settings, options) => start(fixture, settings, options);
            await using (fixture.ConfigureAwait(false))
            {
                return await exercise.PlayAsync(variant, fixture).WaitAsync(VariantLimit, cancellation).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new VariantResult(variant, [], null, $"{e.GetType().Name}: {e.Message}");
        }
    }
}
