using System.Text;
using Gatehouse.AuthZen;
using Gatehouse.Identity.Partitions;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Decisions;

/// <summary>What is remembered of a decision point's answers, and how much of it one caller has (EX-03, AZ-06).</summary>
[Trait("Requirement", "EX-03")]
public sealed class DecisionCacheTests
{
    private static readonly CallerPartition Mallory = CallerPartition.Of("i", "mallory");
    private static readonly CallerPartition Bob = CallerPartition.Of("i", "bob");

    private readonly DecisionCache answers = new(new DecisionCacheSettings { Entries = 16 }, 25, new ManualTimeProvider());

    [Fact]
    public void OneCaller_ForgetsItsOwnAnswers_AndFillsNoMoreThanHalf()
    {
        Ask(Bob, "bob's");
        for (var number = 0; number < 40; number++) Ask(Mallory, $"m{number}");
        Assert.True(answers.TryGet(Of("bob's"), out _));
        Assert.Equal(8, answers.Count);
        Assert.True(answers.TryGet(Of("m39"), out _));
        Assert.False(answers.TryGet(Of("m0"), out _));
    }

    [Fact]
    public void QuestionsUnderWay_OfOneCaller_LeaveOthersHalf()
    {
        var own = Enumerable.Range(0, 20).Select(number => answers.Join(Mallory, Of($"m{number}"), out _)).ToList();
        Assert.Equal(8, own.Count(flight => flight is not null));
        Assert.Equal(4, Enumerable.Range(0, 20).Count(number => answers.Join(Bob, Of($"b{number}"), out _) is not null)); // beyond half, the part
        Assert.Same(own[0], answers.Join(Mallory, Of("m0"), out var isNew)); // an answer to come is for all requests of the caller that ask the same
        Assert.False(isNew);
        for (var number = 0; number < 20; number++) answers.Complete(Mallory, Of($"m{number}"), EvaluationResponse.Down);
        Assert.True(own[0]!.IsCompleted);
        Assert.NotNull(answers.Join(Mallory, Of("again"), out _));
    }

    // Who asks slowly on somebody's behalf makes nobody wait who asks for itself.
    [Fact]
    public void AQuestionUnderWay_IsNotJoinedByAnotherAsker_AndItsAnswerServesBoth()
    {
        var slow = answers.Join(Mallory, Of("q"), out var first);
        var own = answers.Join(Bob, Of("q"), out var second);
        Assert.True(first && second);
        answers.Complete(Mallory, Of("q"), EvaluationResponse.Slow);
        Assert.True(slow!.IsCompleted);
        Assert.False(own!.IsCompleted);
        answers.Complete(Bob, Of("q"), EvaluationResponse.Permitted);
        Assert.True(answers.TryGet(Of("q"), out _));
    }

    private void Ask(CallerPartition caller, string question)
    {
        Assert.NotNull(answers.Join(caller, Of(question), out var isNew));
        Assert.True(isNew);
        answers.Complete(caller, Of(question), EvaluationResponse.Permitted);
    }

    private static EvaluationKey Of(string question) => EvaluationKey.Of(Encoding.UTF8.GetBytes(question));
}
