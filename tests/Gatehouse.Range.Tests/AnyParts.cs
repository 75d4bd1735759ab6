using Gatehouse.Integrity.Locks;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Matching;
using Gatehouse.Range.Exercises;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Tests;

/// <summary>An exercise without an attack: a gateway in which a test replaces what it likes.</summary>
internal sealed class AnyParts(Func<RangeFixture, PartReplacements> replace) : Exercise
{
    /// <summary>Calls of the tool transfer that one person has.</summary>
    public const int MostTransfers = 2;

    public override string Id => "any-parts";

    public override string Title => "Any parts";

    public override IReadOnlyList<string> Owasp => [];

    public override IReadOnlyList<string> Rows => [];

    public override string Protection => "any stage";

    public override ExerciseSteps Steps { get; } = new("", "", "", "");

    internal override bool ReplacedHoldsDefinitions => true;

    internal override IReadOnlyList<LimitRule> Limits =>
        [new LimitRule { Id = "transfers", Per = LimitParties.Caller, Tools = new NameSet(["transfer"]), Daily = MostTransfers }];

    internal override LockFile? FoundLockFor(ServerSettings first) => new([]);

    internal override PartReplacements Replace(RangeFixture fixture) => replace(fixture);

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var server = await CanaryServer.StartAsync(fixture, overrides: async (context, message) =>
        {
            if (message.ValueKind != System.Text.Json.JsonValueKind.Object || !message.GetRawText().Contains("\"stream\"", StringComparison.Ordinal))
                return false;
            await CanaryServer.WriteEventAsync(context, CanaryServer.Result(message.GetProperty("id"), "streamed"));
            return true;
        });
        fixture.Backend = server.Url.ToString();
        return server.Url;
    }

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) => Upstream.Http(await StartUnguardedAsync(fixture));

    internal override Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) => Task.FromResult<IReadOnlyList<Attempt>>([]);

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context);
}
