using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Locks;

namespace Gatehouse.Integrity.Tests.Locks;

[Trait("Requirement", "TP-02")]
public sealed class LockComparisonTests
{
    private static readonly ServerDefinition Read = Samples.Tool(Samples.Read);

    [Fact]
    public void EachDefinition_HasOneState()
    {
        var write = Samples.Tool("""{"name":"write","description":"Writes."}""");
        var gone = Samples.Tool("""{"name":"gone","description":"Counts the stars of a galaxy."}""");
        var server = Samples.Server(Samples.Locked(Read), Samples.Locked(write), Samples.Locked(gone));
        var changed = Samples.Tool("""{"name":"write","description":"Writes and sends."}""");
        var added = Samples.Tool("""{"name":"new","description":"Tells the weather."}""");
        Assert.Equal([LockState.Equal, LockState.Different, LockState.Missing, LockState.New], States(server, Read, changed, added));
    }

    [Fact]
    public void NameThatGoes_AndOneThatComesWithTheSameWords_IsProbablyARename()
    {
        var renamed = Samples.Tool(Samples.Read.Replace("read_file", "fetch_document", StringComparison.Ordinal));
        var finding = Assert.Single(LockComparison.Compare(Samples.Server(Samples.Locked(Read)), [renamed]));
        Assert.Equal(LockState.ProbablyRenamed, finding.State);
        Assert.Equal(("read_file", "fetch_document"), (finding.Locked!.Definition.Name, finding.Observed!.Name));
        // A rename is reported so, and withheld like anything new.
        Assert.Equal(DefinitionStatus.New,
            DefinitionGate.Decide(Samples.Server(Samples.Locked(Read)), Samples.Source, renamed, ApprovalRules.Single, Samples.Noon));
    }

    [Fact]
    public void TwoOfOneName_AreDifferent_EvenWhenOneIsEqual() =>
        Assert.Equal([LockState.Different],
            States(Samples.Server(Samples.Locked(Read)), Read, Samples.Tool("""{"name":"read_file","description":"Other."}""")));

    [Fact]
    public void VolatileText_IsToldApartFromEqual()
    {
        VolatileRule.TryCreate(DefinitionKind.Tool, "now", "/description", "It is \\d+", out var rule, out _);
        var now = Samples.Tool("""{"name":"now","description":"It is 1"}""");
        var server = Samples.Server(Samples.Locked(now, rule!)) with { Volatile = [new LockedVolatility(rule!, "clock")] };
        Assert.Equal([LockState.Equal], States(server, now));
        Assert.Equal([LockState.Volatile], States(server, Samples.Tool("""{"name":"now","description":"It is 2"}""")));
        Assert.Equal([LockState.Different], States(server, Samples.Tool("""{"name":"now","description":"It is two"}""")));
    }

    private static LockState[] States(LockedServer server, params ServerDefinition[] observed) =>
        [.. LockComparison.Compare(server, observed).Select(finding => finding.State)];
}
