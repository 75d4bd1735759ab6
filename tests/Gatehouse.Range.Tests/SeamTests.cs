using System.Reflection;
using Gatehouse.Gateway.Configuration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Gateway.Upstreams;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Inspection;

namespace Gatehouse.Range.Tests;

/// <summary>The seams of the range lead nowhere from the outside: no setting, flag or variable leaves out or replaces a stage.</summary>
[Trait("Requirement", "RG-01")]
public sealed class SeamTests
{
    private static readonly Dictionary<string, string[]> Seams = new()
    {
        ["ApproveForRange"] = ["src/Gatehouse.Gateway/Personal/PersonalHost.cs", "src/Gatehouse.Gateway/Personal/PersonalHostOptions.cs"],
        ["BetweenForRange"] = ["src/Gatehouse.Integrity/Differences/DefinitionDifference.cs"],
        ["ForgetsForRange"] = ["src/Gatehouse.Gateway/Definitions/DefinitionLocks.cs", "src/Gatehouse.Gateway/Hosting/GatewayHostOptions.cs", "src/Gatehouse.Pipeline/Definitions/DefinitionStandings.cs", "src/Gatehouse.Pipeline/Exchange.cs"],
        ["FramingForRange"] = ["src/Gatehouse.Gateway/Personal/PersonalHost.cs", "src/Gatehouse.Gateway/Personal/PersonalHostOptions.cs", "src/Gatehouse.Gateway/Personal/WrappedServer.cs", "src/Gatehouse.Gateway/Upstreams/StdioUpstream.cs"],
        ["JudgesForRange"] = ["src/Gatehouse.Gateway/Definitions/DefinitionLocks.cs", "src/Gatehouse.Gateway/Hosting/GatewayHostOptions.cs"],
        ["NaiveForRange"] = ["src/Gatehouse.Gateway/Personal/CommandRegister.cs", "src/Gatehouse.Gateway/Personal/PersonalHost.cs", "src/Gatehouse.Pipeline/Listing/ListAnswers.cs", "src/Gatehouse.Pipeline/Stages/ForwardStage.cs"],
        ["OfForRange"] = ["src/Gatehouse.Pipeline/Listing/ListAnswers.cs", "src/Gatehouse.Pipeline/Stages/ForwardStage.cs"],
        ["PassesEveryNoticeForRange"] = ["src/Gatehouse.Pipeline/GatewayPipeline.cs", "src/Gatehouse.Pipeline/PipelineParts.cs"],
        ["RenderForRange"] = ["src/Gatehouse.Inventory/Output/HtmlReport.cs", "src/Gatehouse.Inventory/Output/TableReport.cs"],
        ["ReplaceForRange"] = ["src/Gatehouse.Gateway/Hosting/GatewayCore.cs", "src/Gatehouse.Gateway/Hosting/GatewayHostOptions.cs"],
        ["ShowsEverythingForRange"] = ["src/Gatehouse.Pipeline/Listing/ListAnswers.cs"],
        ["TakesSightFromSessionsForRange"] = ["src/Gatehouse.Gateway/Definitions/DefinitionLocks.cs", "src/Gatehouse.Gateway/Hosting/GatewayHostOptions.cs"],
        ["UnpacedForRange"] = ["src/Gatehouse.Pipeline/GatewayPipeline.cs", "src/Gatehouse.Pipeline/PipelineParts.cs"],
        ["WithCatalogueForRange"] = ["src/Gatehouse.Pipeline/Stages/ForwardStage.cs"],
        ["WithNaiveListsForRange"] = ["src/Gatehouse.Pipeline/Stages/ForwardStage.cs"],
        ["WithUpstreamForRange"] = ["src/Gatehouse.Pipeline/Stages/ForwardStage.cs"],
        ["WithoutForRange"] = ["src/Gatehouse.Pipeline/Inspection/ResponseInspector.cs"],
        ["WithoutSchemasForRange"] = ["src/Gatehouse.Pipeline/Stages/InspectRequestStage.cs"],
    };

    [Fact]
    public void Seams_AreInternalAndUsedNowhereElseInTheProduct()
    {
        foreach (var (seam, places) in Seams)
            Assert.Equal(places, Repository.Sources("src").Where(file => Repository.Read(file).Contains(seam, StringComparison.Ordinal)).Order());
        Assert.Null(typeof(GatewayHostOptions).GetProperty("ReplaceForRange", BindingFlags.Instance | BindingFlags.Public));
        Assert.Null(typeof(GatewayHostOptions).GetProperty("JudgesForRange", BindingFlags.Instance | BindingFlags.Public));
        Assert.Null(typeof(StdioUpstream).GetProperty("FramingForRange", BindingFlags.Instance | BindingFlags.Public));
        Assert.Null(typeof(ResponseInspector).GetMethod("WithoutForRange", BindingFlags.Instance | BindingFlags.Public));
    }

    [Fact]
    public void EverythingNamedForTheRange_IsKnownHere()
    {
        var names = from file in Repository.Sources("src")
                    from word in Repository.Read(file).Split([' ', '.', '(', ')', '{', '}', ';', ',', '\n', '<', '>', '?'], StringSplitOptions.RemoveEmptyEntries)
                    where word.EndsWith("ForRange", StringComparison.Ordinal)
                    select word;
        Assert.Equal(Seams.Keys.Order(), names.Distinct().Order());
    }

    [Theory]
    [InlineData("replace")]
    [InlineData("twin")]
    [InlineData("range")]
    [InlineData("stage")]
    [InlineData("skip")]
    [InlineData("bypass")]
    [InlineData("unguarded")]
    [InlineData("disable")]
    public void NoSetting_NamesIt(string word) =>
        Assert.DoesNotContain(word, ConfigurationSchema.Render().Split('"').Where(IsKey), StringComparer.OrdinalIgnoreCase);

    [Fact]
    public void Serve_TakesNoFlagForIt()
    {
        var serve = Repository.Read("src/Gatehouse.Cli/ServeCommand.cs");
        Assert.DoesNotContain("Gatehouse.Range", serve, StringComparison.Ordinal);
        var inCommand = Repository.Sources("src/Gatehouse.Cli").Where(file => Repository.Read(file).Contains("Gatehouse.Range", StringComparison.Ordinal));
        Assert.Equal(["src/Gatehouse.Cli/RangeCommand.cs"], inCommand);
    }

    [Fact]
    public void Product_ReadsNoVariableForIt() => Assert.All(
        Repository.Sources("src"),
        file => Assert.DoesNotMatch(@"Environment(Variable)?\W+""?GATEHOUSE_(RANGE|STAGE|REPLACE|SKIP|TWIN)", Repository.Read(file)));

    [Fact]
    public void Pipeline_RefusesATwinEverywhereElse()
    {
        var parts = new PipelineParts
        {
            Accept = new PathOnlyAccept(),
            Authenticate = new PathOnlyAccept(),
            Prove = new NaiveProve(Views.Whole),
            Session = new PathOnlyAccept(),
            Authorize = new TypeSensitiveAuthorize(),
            Limit = new PathOnlyAccept(),
            Quotas = null!,
            InspectRequest = new PathOnlyAccept(),
            Sessions = new UnboundSessions(),
            Forward = null!,
            InspectResponse = null!,
            Record = null!,
        };
        var fault = Assert.Throws<InvalidOperationException>(() => new GatewayPipeline(parts, null!, TimeProvider.System, (_, _) => { }));
        foreach (var stage in new[] { "accept", "authenticate", "prove", "session", "authorize", "limit", "inspect-request", "forward", "inspect-response", "record" })
            Assert.Contains($"its stage {stage}", fault.Message, StringComparison.Ordinal);
    }

    private static bool IsKey(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetter(c));
}
