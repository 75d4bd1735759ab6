using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Recording;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>One account without any right fills the log, and with it stops everybody.</summary>
public sealed class LogFill : Exercise
{
    private const int Requests = 120;
    private const long Room = 256 << 10;

    /// <inheritdoc />
    public override string Id => "log-fill";

    /// <inheritdoc />
    public override string Title => "The log filled by a caller who is always refused";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP08"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AU-06", "ST-07"];

    /// <inheritdoc />
    public override string Protection => "stage record, share of the log for each caller";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy records every request before it carries it out, including refused requests. It carries out nothing when its log is full.",
        "Mallory has an account but no permission. Mallory sends requests whose method is a long row of `<`, each written as six bytes. The proxy "
            + "refuses and records each request until the log is full. Then it refuses Alice's calls too.",
        "Gatehouse shortens names in the record and adds a digest of the whole name. It gives each caller a share of the remaining room, and counts "
            + "refusals beyond a rate in one entry.",
        "With a log that writes everything, the gateway refuses Alice's calls again.");

    internal override IReadOnlyList<PolicyRule> Rules =>
        [Policies.Everything with { Id = "alice-alone", Who = new WhoClause { Subjects = new NameSet([AttackContext.Victim]) } }];

    internal override AuditSettings Audit => new() { MaxTotalBytes = Room, SegmentBytes = 64 << 10 };

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var server = await CanaryServer.StartAsync(fixture).ConfigureAwait(false);
        var log = new NaiveLog(Room);
        return await NaiveProxy.StartAsync(fixture, server.Url,
            (request, body) => log.TryWrite(body.Length) && NaiveTokens.Claim(request, "sub") == AttackContext.Victim).ConfigureAwait(false);
    }

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await CanaryServer.StartAsync(fixture).ConfigureAwait(false)).Url);

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Put(PartNames.Record, new RecordStage(new NaiveLog(Room)));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var row = new string('<', 2000);
        var mallory = context.As(AttackContext.Attacker);
        for (var sent = 0; sent < Requests; sent++)
            await mallory.PostAsync(mallory.Body(row, "{\"name\":\"" + row + "\"}"),
                headers: ("MCP-Protocol-Version", "2025-11-25")).ConfigureAwait(false);
        var alice = context.As(AttackContext.Victim);
        await alice.InitializeAsync().ConfigureAwait(false);
        var amount = "after the flood " + context.Canary.Secret;
        await alice.CallAsync("transfer", new { amount }).ConfigureAwait(false);
        var moved = await context.Canary.SingsAsync("transfer " + amount).ConfigureAwait(false);
        return [new Attempt("refused requests until the log is full", !moved, moved
            ? "Alice's call was carried out" : "Alice's call was not carried out")];
    }

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context);
}
