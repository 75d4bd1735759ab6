using Gatehouse.Onboarding;

namespace Gatehouse.Inventory.Tests.Editing;

/// <summary>The threat: a dangerous command is approved with many harmless ones, because one answer covers all (G08).</summary>
public sealed class ApprovalQuestionsTests
{
    [Theory]
    [InlineData("a b c", "a b|c")]
    [InlineData("X", "X")]
    [InlineData("X a Y b c", "a b|c|X|Y")]
    [InlineData("", "")]
    public void OneAnswer_CoversAtMostOneCriticalItem_AndThatAlone(string items, string questions)
    {
        var asked = ApprovalQuestions.Of(items.Split(' ', StringSplitOptions.RemoveEmptyEntries), item => char.IsUpper(item[0]), atOnce: 2);
        Assert.Equal(questions, string.Join('|', asked.Select(question => string.Join(' ', question))));
    }
}
