using Gatehouse.Audit;
using Gatehouse.Pipeline.Records;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>The checks and parts of a record: what exchanges share of them, and that none sees what another one adds.</summary>
[Trait("NoRetry", "yes")]
public sealed class CheckSequenceTests
{
    private static readonly int Rounds = TestSize.Of(50, 200, 2000);

    [Fact]
    public void EqualChecks_AreShared_AndDenialsHaveTheirWord()
    {
        var one = CheckSequence.Empty.With("accept", passed: true).With("validate", passed: false);
        Assert.Equal(["accept", "validate:deny"], one.Texts);
        Assert.Same(one, CheckSequence.Empty.With("accept", passed: true).With("validate", passed: false));
        Assert.Equal(["accept", "validate"], CheckSequence.Empty.With("accept", passed: true).With("validate", passed: true).Texts);
        Assert.Empty(CheckSequence.Empty.Texts);
    }

    [Fact]
    public async Task SequencesThatAreMadeByTwoAtOnce_TakeOnePlace()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var root = CheckSequence.Begin(most: 20);
            using var together = new Barrier(3);
            await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    together.SignalAndWait();
                    for (var i = 0; i < 10; i++) root.With($"s{i}", passed: true);
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))); // the pool may not have three threads
            for (var i = 0; i < 20; i++) Assert.Same(root.With($"s{i}", passed: true), root.With($"s{i}", passed: true));
        }
    }

    // Threat: a caller who could bring about ever new sequences would fill the memory (CWE-770).
    [Fact]
    public void BeyondTheBound_SequencesAreRight_AndNotKept()
    {
        var sequence = CheckSequence.Begin(most: 8);
        for (var i = 0; i < 16; i++) Assert.Equal([$"s{i}"], sequence.With($"s{i}", passed: true).Texts);
        Assert.Same(sequence.With("s7", passed: true), sequence.With("s7", passed: true));
        Assert.NotSame(sequence.With("s8", passed: true), sequence.With("s8", passed: true));
    }

    // Threat: a server breaks so many rules that the record has no place for the end of its call.
    [Fact]
    public async Task PartAboutTheEnd_HasItsPlace_BehindAnyNumberOfOthers()
    {
        await using var gateway = await TestGateway.StartAsync();
        var record = new ExchangeRecord("id", TimeProvider.System, gateway.Host.Snapshots.Current);
        for (var i = 0; i < 200; i++) record.Add(new AuditPart(AuditPartKind.Rule, AuditOutcome.Drop, "result-schema") { Words = $"#/p{i}" });
        var end = new AuditPart(AuditPartKind.Decision, AuditOutcome.Deny, "contained") { Words = "contained:ctn-1" };
        record.AddEnd(end);
        Assert.Equal((66, end, "others"), (record.Parts.Count, record.Parts[^1], record.Parts[^2].Reason));
    }

    [Fact]
    public async Task PartsThatAreAddedAtOnce_AreAllCounted()
    {
        await using var gateway = await TestGateway.StartAsync();
        var record = new ExchangeRecord("id", TimeProvider.System, gateway.Host.Snapshots.Current);
        var before = record.Parts;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 500; i++) record.Add(new AuditPart(AuditPartKind.Rule, AuditOutcome.Drop, $"r{i % 3}"));
            record.Add(new AuditPart(AuditPartKind.Rule, AuditOutcome.Drop, $"of-{thread}"));
        })));
        Assert.Empty(before); // a view that was taken does not change
        Assert.Equal(2_000, record.Parts.Where(static part => part.Reason!.StartsWith('r')).Sum(static part => part.Count));
        Assert.Equal(["of-0", "of-1", "of-2", "of-3"], record.Parts.Select(static part => part.Reason!).Where(static one => one[0] == 'o').Order());
    }
}
