using System.Reflection;
using System.Text.RegularExpressions;
using Gatehouse.Configuration;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;

namespace Gatehouse.Range.Tests;

/// <summary>
/// The means by which the range replaces parts leads nowhere from the outside: no setting, flag or variable leaves out or replaces one.
/// </summary>
[Trait("Requirement", "RG-01")]
public sealed class SeamTests
{
    [Fact]
    public void Product_PutsNoDoubleAnywhere()
    {
        Assert.DoesNotContain(Repository.Sources("src"), file => Repository.Read(file).Contains("ForRange", StringComparison.Ordinal));
        string[] known =
        [
            "src/Gatehouse.Gateway/GatewayHostOptions.cs", "src/Gatehouse.Gateway/Hosting/StdioComposition.cs", "src/Gatehouse.Local/LocalHost.cs",
            "src/Gatehouse.Pipeline/PartReplacements.cs",
        ];
        Assert.Equal(known,
            Repository.Sources("src").Where(file => Repository.Read(file).Contains("PartReplacements", StringComparison.Ordinal)).Order());
        // Only the range makes any but the empty ones, and only its hosts are given them.
        Assert.All(known[..3], file => Assert.DoesNotMatch(@"\.(Put|Around)\(", Repository.Read(file)));
        Assert.DoesNotContain(Repository.Sources("src"),
            file => Regex.IsMatch(Repository.Read(file), @"\bReplacements = (?!PartReplacements\.None)"));
    }

    [Fact]
    public void TheMeans_AreNotPublic()
    {
        Assert.False(typeof(PartReplacements).IsVisible);
        Assert.False(typeof(PartNames).IsVisible);
        Assert.Null(typeof(GatewayHostOptions).GetProperty("Replacements", BindingFlags.Instance | BindingFlags.Public));
        Assert.Null(typeof(PipelineParts).GetProperty("Replaced", BindingFlags.Instance | BindingFlags.Public));
        Assert.Single(typeof(GatewayPipeline).GetConstructors());
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
        Assert.DoesNotContain(Repository.Sources("src"), file => Repository.Read(file).Contains("using Gatehouse.Range", StringComparison.Ordinal));
        var projects = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories);
        Assert.DoesNotContain(projects, file => File.ReadAllText(file).Contains("Gatehouse.Range.csproj", StringComparison.Ordinal));
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
            Validate = new NaiveValidate(Views.Whole),
            Session = new PathOnlyAccept(),
            Resolve = new PathOnlyAccept(),
            Authorize = new TypeSensitiveAuthorize(),
            Limit = new PathOnlyAccept(),
            Quotas = null!,
            InspectRequest = new PassingStage("inspect-request"),
            Approve = new PassingStage("approve"),
            Snapshots = null!,
            Sessions = new UnboundSessions(),
            Conversations = null!,
            Forward = null!,
            InspectResponse = null!,
            Record = null!,
            Replaced = ["response-rule/correlation"],
        };
        var fault = Assert.Throws<InvalidOperationException>(() => new GatewayPipeline(parts, null!, TimeProvider.System, (_, _) => { }));
        foreach (var stage in new[]
            { "accept", "authenticate", "validate", "session", "resolve", "authorize", "limit", "inspect-request", "approve", "forward",
                "inspect-response", "record" })
            Assert.Contains($"its stage {stage}", fault.Message, StringComparison.Ordinal);
        Assert.Contains("the part response-rule/correlation of the pipeline is replaced", fault.Message, StringComparison.Ordinal);
    }

    private static bool IsKey(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetter(c));
}
