using System.Collections.Concurrent;
using System.Text;
using Gatehouse.Audit.Privacy;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;
using Gatehouse.Storage;

namespace Gatehouse.Range.Exercises;

/// <summary>A call hides behind its own padding from a record that has to keep it.</summary>
public sealed class PayloadPadding : Exercise
{
    private const int Kept = 1 << 20;

    /// <inheritdoc />
    public override string Id => "payload-padding";

    /// <inheritdoc />
    public override string Title => "Padding that pushes a call out of its record";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP08"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AU-01"];

    /// <inheritdoc />
    public override string Protection => "stage record, payloads are kept whole or refused";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "The content of transfers has to be on record. A proxy keeps the first mebibyte of each request, so that its record stays small.",
        "Mallory may transfer money. Mallory puts more than a mebibyte of blanks, or of an unused argument, before the amount. The money is "
            + "transferred, and the record does not show the amount.",
        "Gatehouse removes blanks before it seals the content, records that it did so, and refuses a message that is still too large.",
        "With a record that keeps only the beginning, the amount is missing again.");

    internal override IReadOnlyList<PolicyRule> Rules => [Policies.Everything with { Id = "kept", Obligations = [Obligation.LogPayload] }];

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var server = await CanaryServer.StartAsync(fixture).ConfigureAwait(false);
        var record = new ConcurrentQueue<string>();
        fixture.IsOnRecord = text => record.Any(kept => kept.Contains(text, StringComparison.Ordinal));
        return await NaiveProxy.StartAsync(fixture, server.Url, (_, body) =>
        {
            record.Enqueue(Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, Kept))));
            return true;
        }).ConfigureAwait(false);
    }

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await CanaryServer.StartAsync(fixture).ConfigureAwait(false)).Url);

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None
        .Put(PartNames.PayloadSealer, new CuttingSealer(new PayloadBoxes(StoredSubjectKeys.Open(
            Path.GetDirectoryName(fixture.KeyRing)!, KeyRing.OpenOrCreate(fixture.KeyRing, TimeProvider.System), TimeProvider.System, out _))));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await TransferAsync(context, "blanks", new string(' ', Kept) + "\"name\":\"transfer\",\"arguments\":{").ConfigureAwait(false),
        await TransferAsync(context, "an argument",
            "\"name\":\"transfer\",\"arguments\":{\"pad\":\"" + new string('x', Kept) + "\",").ConfigureAwait(false),
    ];

    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var amount = "12 and kept " + context.Canary.Secret;
        var client = context.As(AttackContext.Victim);
        await client.InitializeAsync().ConfigureAwait(false);
        await client.CallAsync("transfer", new { amount }).ConfigureAwait(false);
        return await context.Canary.SingsAsync("transfer " + amount).ConfigureAwait(false) && context.IsOnRecord(amount);
    }

    private static async Task<Attempt> TransferAsync(AttackContext context, string name, string beginning)
    {
        var amount = $"{name} {context.Canary.Secret}";
        var client = context.As(AttackContext.Attacker);
        await client.InitializeAsync().ConfigureAwait(false);
        await client.PostAsync(client.Body("tools/call", "{" + beginning + "\"amount\":\"" + amount + "\"}}")).ConfigureAwait(false);
        var moved = await context.Canary.SingsAsync("transfer " + amount).ConfigureAwait(false);
        var isOnRecord = moved && context.IsOnRecord(amount);
        return new Attempt("padding: " + name, moved && !isOnRecord, !moved
            ? "nothing moved" : isOnRecord ? "money moved, and the record says how much" : "money moved, and the record does not say how much");
    }
}
