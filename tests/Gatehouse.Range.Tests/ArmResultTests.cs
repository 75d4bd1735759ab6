using Gatehouse.Range.Exercises;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Tests;

/// <summary>When an arm counts as behaving: an exercise that proves nothing must not pass.</summary>
[Trait("Requirement", "RG-01")]
public sealed class ArmResultTests
{
    private static readonly Attempt Worked = new("a", true, "");
    private static readonly Attempt Failed = new("b", false, "");

    [Fact]
    public void Unguarded_MustBeBrokenByEveryAttempt()
    {
        Assert.True(new ArmResult(Arm.Unguarded, [Worked], true, null).Behaves);
        Assert.False(new ArmResult(Arm.Unguarded, [Worked, Failed], true, null).Behaves);
        Assert.False(new ArmResult(Arm.Replaced, [Worked, Failed], null, null).Behaves);
    }

    [Fact]
    public void Guarded_MustBeBrokenByNone()
    {
        Assert.True(new ArmResult(Arm.Guarded, [Failed], true, null).Behaves);
        Assert.False(new ArmResult(Arm.Guarded, [Failed, Worked], true, null).Behaves);
    }

    [Fact]
    public void NothingTriedOrNotRunOrHonestUseBroken_DoesNotBehave()
    {
        Assert.False(new ArmResult(Arm.Guarded, [], true, null).Behaves);
        Assert.False(new ArmResult(Arm.Guarded, [Failed], false, null).Behaves);
        Assert.False(new ArmResult(Arm.Guarded, [Failed], true, "fault").Behaves);
    }

    [Fact]
    public void Exercise_NeedsAllThreeArms()
    {
        ArmResult[] arms = [new(Arm.Unguarded, [Worked], true, null), new(Arm.Guarded, [Failed], true, null),
            new(Arm.Replaced, [Worked], null, null)];
        Assert.True(new ExerciseResult(new WrongAudience(), arms, null, TimeSpan.Zero).Behaves);
        Assert.False(new ExerciseResult(new WrongAudience(), arms[..2], null, TimeSpan.Zero).Behaves);
    }
}
