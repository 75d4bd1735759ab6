namespace Gatehouse.Range.Running;

/// <summary>
/// An attack without a server: on what a person is shown, or on what a command does with the files of this machine. The script
/// gets the thing under attack and nothing that tells one variant from another.
/// </summary>
/// <typeparam name="TSubject">What is attacked: as a rule a function from planted files to what is seen or done.</typeparam>
public abstract class OfflineExercise<TSubject> : RangeExercise
{
    /// <summary>A tool that does the same without protection.</summary>
    internal abstract Task<TSubject> OpenUnguardedAsync(RangeFixture fixture);

    /// <summary>Gatehouse as it is shipped.</summary>
    internal abstract Task<TSubject> OpenGuardedAsync(RangeFixture fixture);

    /// <summary>Gatehouse with the naive double in the place of the named protection.</summary>
    internal abstract Task<TSubject> OpenReplacedAsync(RangeFixture fixture);

    /// <summary>The attack.</summary>
    internal abstract Task<IReadOnlyList<Attempt>> ExploitAsync(TSubject subject, RangeFixture fixture);

    /// <summary>The honest use; true when it works.</summary>
    internal abstract Task<bool> UseHonestlyAsync(TSubject subject, RangeFixture fixture);

    /// <inheritdoc />
    internal sealed override async Task<VariantResult> PlayAsync(RunVariant variant, RangeFixture fixture)
    {
        var subject = await (variant switch
        {
            RunVariant.Unguarded => OpenUnguardedAsync(fixture),
            RunVariant.Guarded => OpenGuardedAsync(fixture),
            _ => OpenReplacedAsync(fixture),
        }).ConfigureAwait(false);
        // A twin may serve honest people as well or not; nothing is claimed of it.
        bool? honest = variant == RunVariant.Replaced ? null : await UseHonestlyAsync(subject, fixture).ConfigureAwait(false);
        return new VariantResult(variant, await ExploitAsync(subject, fixture).ConfigureAwait(false), honest, null);
    }
}
