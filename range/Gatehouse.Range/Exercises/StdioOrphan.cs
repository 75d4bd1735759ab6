using System.Globalization;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>A server does not go when it is told to.</summary>
public sealed class StdioOrphan : HostileStdio
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public override string Id => "stdio-orphan";

    /// <inheritdoc />
    public override string Title => "A server that never ends";

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ST-04", "G15"];

    /// <inheritdoc />
    public override string Protection => "stage forward, stdio upstream: close, terminate, kill";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A bridge closes the input of its process when the session ends, and does nothing more.",
        "The server ignores the end of its input and every polite signal, and remains on the machine with all the data that it has.",
        "Gatehouse closes the input, waits, terminates, waits, and kills the whole process group.",
        "With an upstream that only closes the input, the process remains again.");

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var client = await BeginAsync(context, AttackContext.Attacker).ConfigureAwait(false);
        await client.CallAsync("stay").ConfigureAwait(false);
        if (!await context.Canary.SingsAsync("pid ", TimeSpan.FromSeconds(10)).ConfigureAwait(false))
            return [new Attempt("outlive the session", false, "the server did not say who it is")];
        var id = int.Parse(context.Canary.Songs.Last(s => s.StartsWith("pid ", StringComparison.Ordinal))[4..], CultureInfo.InvariantCulture);
        await client.DeleteAsync().ConfigureAwait(false);
        var ended = await EndsAsync(id).ConfigureAwait(false);
        return [new Attempt("outlive the session", !ended, ended
            ? "the process is gone" : $"the process is alive {Patience.TotalSeconds} s after the session")];
    }

    private static async Task<bool> EndsAsync(int id)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < Patience)
        {
            if (!IsAlive(id)) return true;
            await Task.Delay(50).ConfigureAwait(false);
        }

        return false;
    }
}
