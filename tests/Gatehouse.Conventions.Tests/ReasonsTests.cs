using System.Reflection;
using System.Text.RegularExpressions;
using Gatehouse.Pipeline;
using Gatehouse.Refusals;

namespace Gatehouse.Conventions.Tests;

public sealed class ReasonsTests
{
    private static readonly Dictionary<char, string[]> StagesOfDigit = new()
    {
        ['1'] = ["accept"],
        ['2'] = ["authenticate"],
        ['3'] = ["validate"],
        ['4'] = ["authorize", "limit", "approve"],
        ['5'] = ["session"],
        ['6'] = ["resolve", "inspect-request"],
        ['7'] = ["forward"],
        ['8'] = ["inspect-response"],
        ['9'] = ["record"],
    };

    // JSON-RPC 2.0 §5.1 and the codes that revision 2026-07-28 fixes for a server.
    private static readonly int[] SpecificationCodes = [-32700, -32600, -32601, -32602, -32020, -32021, -32022];

    [Fact]
    public void Codes_AreUnique() => Assert.Equal(Reasons.All.Count, Reasons.All.Select(reason => reason.Code).Distinct().Count());

    [Fact]
    public void Slugs_AreUniqueAndPlain()
    {
        Assert.Equal(Reasons.All.Count, Reasons.All.Select(reason => reason.Slug).Distinct().Count());
        Assert.All(Reasons.All, reason => Assert.Matches("^[a-z]+(-[a-z]+)*$", reason.Slug));
    }

    [Fact]
    public void Codes_BeginWithTheDigitOfTheirStage() => Repository.RequireNone(Reasons.All
        .Where(reason => !Regex.IsMatch(reason.Code, "^GH[1-9][0-9]{3}$") || !StagesOfDigit[reason.Code[2]].Contains(reason.Stage))
        .Select(reason => $"{reason.Code} says stage {reason.Stage}"));

    [Fact]
    public void Stages_AreThoseOfThePipeline() =>
        Assert.Equal(GatewayPipeline.StageNames.Order(), Reasons.All.Select(reason => reason.Stage).Distinct().Order());

    [Fact]
    [Trait("Requirement", "T38")]
    public void OwnJsonRpcCodes_LieOutsideTheReservedRange_AndOthersAreOfTheSpecification()
    {
        foreach (var reason in Reasons.All)
        {
            if (reason.ProtocolCode is { } fixedCode) Assert.Contains(fixedCode, SpecificationCodes);
            else Assert.NotInRange(reason.JsonRpcCode, -32768, -32000);
        }
    }

    [Fact]
    public void PolicyRefusals_NeverAnswer401() =>
        Assert.All(Reasons.All.Where(reason => reason.Stage == "authorize"), reason =>
        {
            Assert.NotEqual(401, reason.LegacyStatus);
            Assert.NotEqual(401, reason.ModernStatus);
        });

    [Fact]
    public void WordsForCallers_AreSentences()
    {
        Assert.All(Reasons.All, reason =>
        {
            Assert.EndsWith(".", reason.Message, StringComparison.Ordinal);
            Assert.EndsWith(".", reason.Remedy, StringComparison.Ordinal);
            Assert.EndsWith(".", reason.Operator, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void EveryReason_IsRaisedSomewhere()
    {
        var sources = Repository.Files("src", ".cs").Where(file => !file.EndsWith("/Reasons.cs", StringComparison.Ordinal)).Select(Repository.Read)
            .ToList();
        var fields = typeof(Reasons).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.FieldType == typeof(Reason));
        Repository.RequireNone(fields
            .Where(field => !sources.Any(
            text => Regex.IsMatch(text, $@"\bReasons\.{field.Name}\b") || SaysInFull(text, (Reason)field.GetValue(null)!)))
            .Select(field => $"Reasons.{field.Name} is raised nowhere in src"));
    }

    // The wrapper is thin and does not know the table: it has the words themselves, and they are the table's.
    private static bool SaysInFull(string text, Reason reason) =>
        text.Contains($"\"{reason.Code}\"", StringComparison.Ordinal)
        && text.Contains($"\"{reason.Message}\"", StringComparison.Ordinal)
        && text.Contains($"\"{reason.Remedy}\"", StringComparison.Ordinal);
}
