using Gatehouse.Audit;

namespace Gatehouse.Conventions.Tests;

/// <summary>The page of the event model names every word that entries have.</summary>
public sealed class EventModelTests
{
    private static readonly string Page = Repository.Read("docs/auditors/event-model.md");

    [Fact]
    public void ThePage_IsOfTheVersionThatIsWritten() =>
        Assert.Contains($"# Event model, version {AuditEntry.ModelVersion}\n", Page, StringComparison.Ordinal);

    [Fact]
    public void EveryKindAndOutcome_HasItsRow()
    {
        var rows = Markdown.Rows(Page).SelectMany(row => Markdown.Code(row[0])).ToHashSet(StringComparer.Ordinal);
        Repository.RequireNone(
        [
            .. from kind in Enum.GetValues<AuditPartKind>() let word = AuditPartKinds.Text(kind) where !rows.Contains(word)
                select $"kind {word} has no row",
            .. from outcome in Enum.GetValues<AuditOutcome>() let word = AuditOutcomes.Text(outcome) where !rows.Contains(word)
                select $"outcome {word} has no row",
        ]);
    }

    [Fact]
    public void EveryRule_HasItsRow()
    {
        var rows = Markdown.Rows(Page).SelectMany(row => Markdown.Code(row[0])).ToHashSet(StringComparer.Ordinal);
        var rules = typeof(Pipeline.GatewayPipeline).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false }
            && (type.GetInterface("IRequestRule") ?? type.GetInterface("IResponseRule")) is not null)
            .Select(type => (string)type.GetProperty("Name")!.GetValue(System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type))!);
        Repository.RequireNone(from name in rules where !rows.Contains(name) select $"the rule {name} has no row");
    }
}
