namespace Gatehouse.Testing;

/// <summary>
/// The waits on real time that tests may have: for a state, with a deadline, and between two steps of a manual clock. A fixed pause
/// is too short on a busy machine and too long on every other; a test of the house rules refuses one anywhere else.
/// </summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="condition">Asked again and again.</param>
    /// <param name="what">The state that is waited for, for the message of the failed test.</param>
    /// <exception cref="TimeoutException">It does not hold within three minutes.</exception>
    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);

    /// <inheritdoc cref="TrueAsync(Func{bool}, string)"/>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition().ConfigureAwait(false))
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
                throw new TimeoutException($"waited {Patience.TotalSeconds} s in vain: {what}");
            await Task.Delay(Look).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until a condition holds, at the longest for the patience, and returns whether it holds.</summary>
    public static async Task<bool> WithinAsync(Func<bool> condition, TimeSpan patience)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > patience) return false;
            await Task.Delay(1).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Moves a clock step by step until a task has ended, and gives what waits for the clock real time in between.</summary>
    /// <exception cref="TimeoutException">It has not ended within three minutes.</exception>
    /// <param name="clock">The clock.</param>
    /// <param name="step">How far it moves at a time.</param>
    /// <param name="until">The task.</param>
    /// <param name="before">Waits before each step for what must not see the clock move; null waits for nothing.</param>
    public static async Task AdvancedAsync(ManualTimeProvider clock, TimeSpan step, Task until, Func<Task>? before = null)
    {
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(until);
        var started = TimeProvider.System.GetTimestamp();
        while (!until.IsCompleted)
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
                throw new TimeoutException($"waited {Patience.TotalSeconds} s in vain for a task while the clock moved");
            if (before is not null) await before().ConfigureAwait(false);
            clock.Advance(step);
            await MomentAsync(until).ConfigureAwait(false);
        }
    }

    /// <summary>A moment of real time between two steps; it ends early with the task.</summary>
    public static Task MomentAsync(Task until) => Task.WhenAny(until, Task.Delay(Look * 2));

    /// <summary>
    /// Waits until a number has stopped growing: it was the same at twenty looks in a row. That something has stopped can be seen in
    /// no other way than by looking for a while.
    /// </summary>
    /// <returns>The number.</returns>
    /// <exception cref="TimeoutException">It still grows after three minutes.</exception>
    public static async Task<long> StillAsync(Func<long> number, string what)
    {
        ArgumentNullException.ThrowIfNull(number);
        var (last, same) = (number(), 0);
        await TrueAsync(
            () =>
            {
                var now = number();
                same = now == last && now > 0 ? same + 1 : 0;
                last = now;
                return same >= 20;
            },
            what).ConfigureAwait(false);
        return last;
    }
}
