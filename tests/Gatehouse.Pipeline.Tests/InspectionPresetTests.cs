using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Tests;

/// <summary>The table of presets on the page for operators, cell by cell.</summary>
public sealed class InspectionPresetTests
{
    [Theory]
    [InlineData("record", MessagePlace.Result, "GHS9003", Confidence.High, InspectionAction.Record)]
    [InlineData("record", MessagePlace.Argument, "GHS9020", Confidence.High, InspectionAction.Record)]
    [InlineData("default", MessagePlace.Result, "GHS9003", Confidence.High, InspectionAction.Block)]
    [InlineData("default", MessagePlace.Notification, "GHS9003", Confidence.High, InspectionAction.Block)]
    [InlineData("default", MessagePlace.Result, "GHS9003", Confidence.Medium, InspectionAction.Annotate)]
    [InlineData("default", MessagePlace.Completion, "GHS9003", Confidence.Medium, InspectionAction.Record)]
    [InlineData("default", MessagePlace.Notification, "GHS9003", Confidence.Medium, InspectionAction.Record)]
    [InlineData("default", MessagePlace.Result, "GHS9003", Confidence.Low, InspectionAction.Record)]
    [InlineData("default", MessagePlace.Result, "GHS9020", Confidence.High, InspectionAction.Annotate)]
    [InlineData("record", MessagePlace.Result, "GHS9022", Confidence.Low, InspectionAction.Record)]
    [InlineData("default", MessagePlace.Result, "GHS9022", Confidence.Low, InspectionAction.Record)]
    [InlineData("default", MessagePlace.Resource, "GHS9022", Confidence.Low, InspectionAction.Record)]
    [InlineData("strict", MessagePlace.Result, "GHS9022", Confidence.Low, InspectionAction.Annotate)]
    [InlineData("default", MessagePlace.Completion, "GHS9020", Confidence.High, InspectionAction.Annotate)]
    [InlineData("default", MessagePlace.Argument, "GHS9003", Confidence.High, InspectionAction.Record)]
    [InlineData("default", MessagePlace.Answer, "GHS9020", Confidence.High, InspectionAction.Record)]
    [InlineData("strict", MessagePlace.Result, "GHS9003", Confidence.High, InspectionAction.Block)]
    [InlineData("strict", MessagePlace.Result, "GHS9003", Confidence.Medium, InspectionAction.Block)]
    [InlineData("strict", MessagePlace.Result, "GHS9003", Confidence.Low, InspectionAction.Annotate)]
    [InlineData("strict", MessagePlace.Completion, "GHS9003", Confidence.Low, InspectionAction.Record)]
    [InlineData("strict", MessagePlace.Result, "GHS9020", Confidence.High, InspectionAction.Block)]
    [InlineData("strict", MessagePlace.Argument, "GHS9003", Confidence.High, InspectionAction.Block)]
    [InlineData("strict", MessagePlace.Argument, "GHS9003", Confidence.Medium, InspectionAction.Ask)]
    [InlineData("strict", MessagePlace.Argument, "GHS9003", Confidence.Low, InspectionAction.Record)]
    [InlineData("strict", MessagePlace.Argument, "GHS9020", Confidence.High, InspectionAction.Block)]
    public void ACell_IsWhatThePageSays(string preset, MessagePlace place, string finding, Confidence confidence, InspectionAction action) =>
        Assert.Equal(action, InspectionPreset.Find(preset)!.Rules.First(rule => rule.Matches(place, "s", null, finding, confidence, null)).Action);

    [Fact]
    public void EveryPreset_HasAnActionForEveryFinding() => Assert.All(InspectionPreset.All, preset =>
        Assert.All(DetectionRules.InMessages, finding =>
            Assert.All(Enum.GetValues<MessagePlace>(), place => Assert.All(Enum.GetValues<Confidence>(), confidence =>
                Assert.Contains(preset.Rules, rule => rule.Matches(place, "s", null, finding.Id, confidence, null))))));
}
