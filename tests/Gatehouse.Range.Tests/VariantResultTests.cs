using Gatehouse.Range.Exercises;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Tests;

/// <summary>When an variant counts as behaving: an exercise that proves nothing must not pass.</summary>
[Trait("Requirement", "RG-01")]
public sealed class VariantResultTests
{
    private static readonly Attempt Worked = new("a", true, "");
    private static readonly Attempt Failed = new("b", false, "");

    [Fact]
    public void Unguarded_MustBeBrokenByEveryAttempt()
    {
        Assert.True(new VariantResult(RunVariant.Unguarded, [Worked], true, null).Behaves);
        Assert.False(new VariantResult(RunVariant.Unguarded, [Worked, Failed], true, null).Behaves);
        Assert.False(new VariantResult(RunVariant.Replaced, [Worked, Failed], null, null).Behaves);
    }

    [Fact]
    public void Guarded_MustBeBrokenByNone()
    {
        Assert.True(new VariantResult(RunVariant.Guarded, [Failed], true, null).Behaves);
        Assert.False(new VariantResult(RunVariant.Guarded, [Failed, Worked], true, null).Behaves);
    }

    // An exercise that tried nothing that is defended would show nothing about its protection.
    [Fact]
    public void AnAttemptThatIsNotDefended_MustSucceedEverywhere_BesideOneThatIs()
    {
        var open = Worked with { IsNotDefended = true };
        Assert.True(new VariantResult(RunVariant.Guarded, [Failed, open], true, null).Behaves);
        Assert.False(new VariantResult(RunVariant.Guarded, [Failed, open with { Succeeded = false }], true, null).Behaves);
        Assert.False(new VariantResult(RunVariant.Guarded, [open], true, null).Behaves);
        Assert.False(new VariantResult(RunVariant.Replaced, [Worked, open with { Succeeded = false }], null, null).Behaves);
    }

    [Fact]
    public void NothingTriedOrNotRunOrHonestUseBroken_DoesNotBehave()
    {
        Assert.False(new VariantResult(RunVariant.Guarded, [], true, null).Behaves);
        Assert.False(new VariantResult(RunVariant.Guarded, [Failed], false, null).Behaves);
        Assert.False(new VariantResult(RunVariant.Guarded, [Failed], true, "fault").Behaves);
    }

    [Fact]
    public void Exercise_NeedsAllThreeVariants()
    {
        VariantResult[] variants = [new(RunVariant.Unguarded, [Worked], true, null), new(RunVariant.Guarded, [Failed], true, null),
            new(RunVariant.Replaced, [Worked], null, null)];
        Assert.True(new ExerciseResult(new WrongAudience(), variants, null, TimeSpan.Zero).Behaves);
        Assert.False(new ExerciseResult(new WrongAudience(), variants[..2], null, TimeSpan.Zero).Behaves);
    }
}
