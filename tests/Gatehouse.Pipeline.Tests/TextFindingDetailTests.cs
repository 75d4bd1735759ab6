using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;
using Gatehouse.Pipeline.Inspection.Texts;
using Gatehouse.Protocol.Json;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Tests;

/// <summary>Commands over the log read what the gateway wrote.</summary>
public sealed class TextFindingDetailTests
{
    public static TheoryData<string, TextFindingDetail> Written => new()
    {
        { "result medium 120+34 preset-likely", Of(MessagePlace.Result) with { Rule = "preset-likely" } },
        { "result medium 120+34 score 0.31 quoted RULE", Of(MessagePlace.Result) with { Score = 0.31, IsQuoted = true, Rule = "RULE" } },
        { "argument medium 120+34 score -1.05 mine shadow block",
            Of(MessagePlace.Argument) with { Score = -1.05, Rule = "mine", ShadowAction = InspectionAction.Block } },
        { "other medium 120+34 quoted suppressed", Of(MessagePlace.Other) with { IsQuoted = true, IsSuppressed = true } },
        { "result medium 120+34 document:pdf/page-2/annotation mine", Of(MessagePlace.Result) with { Document = "pdf/page-2/annotation", Rule = "mine" } },
        { "result medium 120+34 document:archive/entry-1 unread:encrypted mine shadow block",
            Of(MessagePlace.Result) with { Document = "archive/entry-1", Unread = "encrypted", Rule = "mine", ShadowAction = InspectionAction.Block } },
        { "result document:pdf preset-unread", new TextFindingDetail { Place = MessagePlace.Result, Document = "pdf", Rule = "preset-unread" } },
        { "resource preset-unread", new TextFindingDetail { Place = MessagePlace.Resource, Rule = "preset-unread" } },
        { "notification", new TextFindingDetail { Place = MessagePlace.Notification } },
        // Names that a configuration may choose.
        { "result medium 120+34 quoted", Of(MessagePlace.Result) with { Rule = "quoted" } },
        { "result medium 120+34 score", Of(MessagePlace.Result) with { Rule = "score" } },
        { "result medium", new TextFindingDetail { Place = MessagePlace.Result, Rule = "medium" } },
        { "result shadow shadow ask", new TextFindingDetail { Place = MessagePlace.Result, Rule = "shadow", ShadowAction = InspectionAction.Ask } },
    };

    [Theory]
    [MemberData(nameof(Written))]
    public void ADetail_IsReadAsItWasWritten(string text, TextFindingDetail detail)
    {
        Assert.Equal(text, detail.ToString());
        Assert.True(TextFindingDetail.TryParse(text, out var read));
        Assert.Equal(detail, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nowhere medium 1+2 rule")]
    [InlineData("2 medium 1+2 rule")]
    [InlineData("result medium 1+2 rule shadow nothing")]
    [InlineData("result medium 1+2 rule and more words")]
    public void AnyOtherText_IsNone(string? text) => Assert.False(TextFindingDetail.TryParse(text, out _));

    [Fact]
    public void TheReason_NamesTheRule()
    {
        Assert.Equal("text-ghs9003", TextFindingDetail.Reason(DetectionRules.Overruling));
        Assert.Same(DetectionRules.Overruling, TextFindingDetail.RuleOf("text-ghs9003"));
        Assert.Null(TextFindingDetail.RuleOf("metadata-ghs9003"));
        Assert.Null(TextFindingDetail.RuleOf("text-ghs0000"));
    }

    private static TextFindingDetail Of(MessagePlace place) =>
        new() { Place = place, Confidence = Confidence.Medium, Span = new ByteRange(120, 34) };
}
