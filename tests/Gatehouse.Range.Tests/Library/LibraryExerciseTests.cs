using Gatehouse.Range.Exercises;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Tests.Library;

/// <summary>The exploits against a server with the library: each fails, and the honest use works.</summary>
[Trait("Requirement", "LB-01")]
public sealed class LibraryExerciseTests
{
    // What they attack is not a part of the library, or not the library in this set-up.
    private static readonly Dictionary<string, string> Left = new(StringComparer.Ordinal)
    {
        ["revoked-elsewhere"] = "the library has no decision service",
        ["honey-credential"] = "the library has no honey credentials",
        ["credential-of-another"] = "the library obtains no credentials: the code of the server does",
        ["copied-credential"] = "the library sends no stored credential: the code of the server has its own",
        ["response-splitting"] = "the server answers with broken HTTP, and within a process there is no HTTP",
        ["rug-pull-later"] = LockOfTheServer,
        ["tool-rename"] = LockOfTheServer,
        ["instructions-change"] = LockOfTheServer,
        ["server-squatting"] = LockOfTheServer,
        ["shadowing"] = LockOfTheServer,
        ["cloned-lock"] = LockOfTheServer,
    };

    private const string LockOfTheServer = "its lock names the address of the server behind a gateway";

    public static TheoryData<string> Exercises =>
    [
        .. ExerciseCatalogue.All.Where(static exercise => exercise is Exercise and not SignInExercise && !Left.ContainsKey(exercise.Id))
            .Select(static exercise => exercise.Id),
    ];

    [Fact]
    public void WhatIsLeftOut_IsAnExercise() => Assert.All(Left.Keys, static id => Assert.NotNull(ExerciseCatalogue.Find(id)));

    [Theory]
    [MemberData(nameof(Exercises))]
    public async Task Exploit_FailsAgainstTheLibrary(string id)
    {
        var result = (await RangeRunner.RunAsync(
            [ExerciseCatalogue.Find(id)!], Toolbox.Find(), static _ => { }, [RunVariant.Guarded], LibraryFront.StartAsync,
            TestContext.Current.CancellationToken))[0];
        Assert.SkipWhen(result.Skipped is not null, result.Skipped ?? "");
        Assert.True(result.Variants.All(static variant => variant.Behaves), ExerciseRun.Describe(result));
    }
}
