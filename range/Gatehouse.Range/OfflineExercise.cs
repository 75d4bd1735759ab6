using Gatehouse.Range.Running;

namespace Gatehouse.Range;

/// <summary>
/// An attack without a server: on what a person is shown, or on what a command does with the files of this machine. The script
/// gets the thing under attack and nothing that tells one arm from another.
/// </summary>
/// <typeparam name="TSubject">What is attacked: as a rule a function from planted files to what is seen or done.</typeparam>
public abstract class OfflineExercise<TSubject> : RangeExercise
{
    /// <summary>A tool that does the same without protection.</summary>
    internal abstract Task<TSubject> OpenUnguardedAsync(Bed bed);

    /// <summary>Gatehouse as it is shipped.</summary>
    internal abstract Task<TSubject> OpenGuardedAsync(Bed bed);

    /// <summary>Gatehouse with the naive double in the place of the named protection.</summary>
    internal abstract Task<TSubject> OpenReplacedAsync(Bed bed);

    /// <summary>The attack.</summary>
    internal abstract Task<IReadOnlyList<Attempt>> ExploitAsync(TSubject subject, Bed bed);

    /// <summary>The honest use; true when it works.</summary>
    internal abstract Task<bool> UseHonestlyAsync(TSubject subject, Bed bed);

    /// <inheritdoc />
    internal sealed override async Task<ArmResult> PlayAsync(Arm arm, Bed bed)
    {
        var subject = await (arm switch
        {
            Arm.Unguarded => OpenUnguardedAsync(bed),
            Arm.Guarded => OpenGuardedAsync(bed),
            _ => OpenReplacedAsync(bed),
        }).ConfigureAwait(false);
        // A twin may serve honest people as well or not; nothing is claimed of it.
        bool? honest = arm == Arm.Replaced ? null : await UseHonestlyAsync(subject, bed).ConfigureAwait(false);
        return new ArmResult(arm, await ExploitAsync(subject, bed).ConfigureAwait(false), honest, null);
    }
}
