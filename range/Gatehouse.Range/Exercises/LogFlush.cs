using System.Text;
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

/// <summary>A flood of failed sign-ins pushes one attempt out of the log.</summary>
public sealed class LogFlush : Exercise
{
    private const int Flood = 600;
    private const int Kept = 200;

    /// <inheritdoc />
    public override string Id => "log-flush";

    /// <inheritdoc />
    public override string Title => "An attempt pushed out of the log by a flood";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP08"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ID-08", "AU-06"];

    /// <inheritdoc />
    public override string Protection => "stage record, counted attempts and a log that never deletes";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy records every request and keeps the newest lines, so that its log stays small.",
        "Mallory tries a tool without permission, which the proxy records. Then a stranger without a token fails to sign in a few hundred times, until "
            + "the line about Mallory is gone.",
        "Gatehouse never deletes entries. Beyond a rate it counts the failed attempts of one source in one entry, with their reasons, so that a flood "
            + "needs little room and the sum still is the number of attempts.",
        "With a log that keeps the newest lines, the attempt is gone again.");

    internal override IReadOnlyList<PolicyRule> Rules =>
        [Policies.Everything with { Id = "only-alice", Who = new WhoClause { Subjects = new NameSet([AttackContext.Victim]) } }];

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var server = await CanaryServer.StartAsync(fixture).ConfigureAwait(false);
        var lines = new NewestLines(Kept);
        fixture.IsOnRecord = lines.Hold;
        return await NaiveProxy.StartAsync(fixture, server.Url, (request, body) =>
        {
            var who = NaiveTokens.Claim(request, "sub");
            lines.Add($"{who} {Encoding.UTF8.GetString(body)}");
            return who == AttackContext.Victim;
        }).ConfigureAwait(false);
    }

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await CanaryServer.StartAsync(fixture).ConfigureAwait(false)).Url);

    internal override PartReplacements Replace(RangeFixture fixture)
    {
        var lines = new NewestLines(Kept);
        fixture.IsOnRecord = lines.Hold;
        return PartReplacements.None.Put(PartNames.Record, new RecordStage(new NewestEntries(lines)));
    }

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var tool = "transfer-" + context.Canary.Secret;
        var mallory = context.As(AttackContext.Attacker);
        await mallory.PostAsync(mallory.Body("tools/call", "{\"name\":\"" + tool + "\"}"), headers: ("MCP-Protocol-Version", "2025-11-25"))
            .ConfigureAwait(false);
        var stranger = context.With("not-a-token");
        for (var sent = 0; sent < Flood; sent++)
            await stranger.PostAsync(stranger.Body("ping", "{}"), headers: ("MCP-Protocol-Version", "2025-11-25")).ConfigureAwait(false);
        var isThere = context.IsOnRecord(tool);
        return [new Attempt("failed sign-ins until the attempt is gone", !isThere, isThere ? "the attempt is on record" : "the attempt is not on record")];
    }

    /// <summary>A call is served, and is on record.</summary>
    internal override async Task<bool> UseHonestlyAsync(AttackContext context) =>
        await Honest.EchoesAsync(context).ConfigureAwait(false) && context.IsOnRecord("echo");
}
