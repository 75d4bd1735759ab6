using Gatehouse.Audit;
using Gatehouse.Pipeline.Records;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>The checks and parts of a record: what exchanges share of them, and that none sees what another one adds.</summary>
public sealed class CheckSequenceTests
{
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
    public async Task SequencesThatAreMadeAtOnce_AreThoseOfTheirExchange()
    {
        string[] stages = [.. Enumerable.Range(0, 5).Select(static at => $"stage-{at}")];
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var round = 0; round < 2_000; round++)
            {
                var (sequence, expected) = (CheckSequence.Empty, new List<string>());
                for (var at = 0; at < stages.Length; at++)
                {
                    var passed = ((round + thread) >> at) % 2 == 0;
                    sequence = sequence.With(stages[at], passed);
                    expected.Add(passed ? stages[at] : stages[at] + ":deny");
                }

                Assert.Equal(expected, sequence.Texts);
            }
        })));
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
