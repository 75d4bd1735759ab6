using System.Globalization;
using System.Text;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Pipeline.Definitions;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy.Decisions;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Pipeline.Tests;

/// <summary>What a session remembers is bounded, and what it cannot remember it does not show (TP-02, design rule 8).</summary>
[Trait("Requirement", "TP-02")]
[Trait("NoRetry", "yes")]
public sealed class AdvertisedDefinitionsTests
{
    private readonly ManualTimeProvider time = new();
    private readonly ServerSettings server = new() { Name = "up", Path = "/mcp" };

    [Fact]
    public void ServerThatSaysSomethingElseEachTime_FillsNothing_AndIsNotSeenAnyMore()
    {
        var exchange = Exchange();
        var told = new AdvertisedDefinitions();
        Observe(told, exchange, List(0, 10));
        for (var round = 1; round <= 25; round++) Observe(told, exchange, List(round * 1000, 1000));
        Assert.Null(told.Stopped(DefinitionKind.Tool, "t5"));
        Assert.Null(told.Stopped(DefinitionKind.Tool, "t1500"));
        Assert.Equal(WithheldReasons.TooManyInSession, told.Stopped(DefinitionKind.Tool, "t20500"));
        for (var round = 26; round <= 40; round++) Observe(told, exchange, List(round * 1000, 1000));
        Assert.Equal(WithheldReasons.TooManyInSession, told.Stopped(DefinitionKind.Tool, "t5")); // nothing of it is believed any more
    }

    [Fact]
    public void Lists_AreJudgedOnceForASnapshot()
    {
        var judge = new CountingJudge();
        var standings = new DefinitionStatuses([judge]);
        var list = List(0, 100);
        var exchange = Exchange();
        var judged = standings.Judge(exchange.Server, list, exchange.DefinitionObservation);
        for (var i = 0; i < 50; i++) Assert.Same(judged, standings.Judge(exchange.Server, list, exchange.DefinitionObservation));
        Assert.Equal((1, 100), (judge.Lists, judge.Asked));
        new DefinitionStatuses([judge]).Judge(exchange.Server, list, exchange.DefinitionObservation);
        Assert.Equal((2, 200), (judge.Lists, judge.Asked));
    }

    private static void Observe(AdvertisedDefinitions told, Exchange exchange, ServerList list) =>
        told.Observe(
            DefinitionKind.Tool, exchange.Snapshot.Definitions.Judge(exchange.Server, list, exchange.DefinitionObservation), exchange.Record.Now);

    private static ServerList List(int from, int count) => new(ListKind.Tools, [.. Enumerable.Range(from, count).Select(Entry)], new byte[32]);

    private static ListEntry Entry(int i)
    {
        var name = "t" + i.ToString(CultureInfo.InvariantCulture);
        return new ListEntry(name, Encoding.UTF8.GetBytes($"{{\"name\":\"{name}\"}}"), new byte[32]);
    }

    private GatewaySettings Settings() => new()
    {
        PublicUrl = new Uri("http://127.0.0.1:1"),
        Listen = new ListenSettings { Url = new Uri("http://127.0.0.1:1") },
        Servers = [server],
        StateDirectory = "/nowhere",
    };

    private Exchange Exchange() =>
        new(new GatewaySnapshot(1, Settings(), new PolicyDecisionPoint([])), NoRequestHead.Instance, null, time) { Server = server };

    private sealed class CountingJudge : IDefinitionPolicy
    {
        public string Name => "counting";

        public int Lists { get; private set; }

        public int Asked { get; private set; }

        public void Observe(ServerSettings server, DefinitionKind kind, IReadOnlyList<ServerDefinition> definitions,
            in DefinitionObservation sight) => Lists++;

        public DefinitionVerdict Judge(in DefinitionEvaluationRequest question)
        {
            Asked++;
            return DefinitionVerdict.Visible;
        }
    }
}
