using Gatehouse.AuthorizationServer.SignIn;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Range.Exercises;

/// <summary>A third-party service in an attacker's hands gets the code of an honest one.</summary>
public sealed class ServiceMixUp : ConnectionExercise
{
    private const string Honest = "files";
    private const string OfAttacker = "notes";

    /// <inheritdoc />
    public override string Id => "service-mix-up";

    /// <inheritdoc />
    public override string Title => "Code of one third-party service sent to another (mix-up)";

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["OB-05", "B09", "B10"];

    /// <inheritdoc />
    public override string Protection => "authorization server, the answer of a service is compared with the service that was asked";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A program connects people with two services. It sends the code of an answer to the service at which the consent began.",
        "One service is in Mallory's hands. Alice connects it, and it sends her browser on to the honest one, with state and challenge. She is signed in "
            + "there and agreed before, so a code comes back immediately: to the address of Mallory's service, or to that of the honest one. The program "
            + "sends code and verifier to Mallory, who gets a token of Alice's account.",
        "Gatehouse gives each service a redirect address of its own, compares it with the service of the state, and compares the iss of the answer. The "
            + "code of another service is never used, and an alarm says so.",
        "With pages to which each answer came to the address of the service that was asked, and names no issuer, Mallory gets code and verifier "
            + "again.");

    internal override async Task<ServicePlaces> StartServicesAsync(RangeFixture fixture)
    {
        var honest = await RangeService.StartAsync(fixture, Honest).ConfigureAwait(false);
        return new ServicePlaces(await RangeService.StartAsync(fixture, OfAttacker, honest).ConfigureAwait(false), honest);
    }

    internal override void ReplaceServices(IServiceCollection services) =>
        services.Around<IPersonPages>(static real => new AnyAnswer(real, OfAttacker));

    /// <summary>A caller without a connection learns where to connect.</summary>
    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var alice = await TokenOfAsync(context, AttackContext.Victim).ConfigureAwait(false);
        return LinkIn(await ReadAsync(context, alice).ConfigureAwait(false)) is not null;
    }

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await MixUpAsync(context, "an answer of the honest service at the attacker's address", false).ConfigureAwait(false),
        await MixUpAsync(context, "an answer at the honest service's own address", true).ConfigureAwait(false),
    ];

    private static async Task<Attempt> MixUpAsync(AttackContext context, string name, bool changesAddress)
    {
        var (evil, honest) = (context.Services!.Asked, context.Services.Other!);
        evil.ChangesAddress = changesAddress;
        var alice = await TokenOfAsync(context, AttackContext.Victim).ConfigureAwait(false);
        if (LinkIn(await ReadAsync(context, alice).ConfigureAwait(false)) is not { } link) return new Attempt(name, false, "the victim gets no link");
        await AgreeAsync(BrowserOf(context, AttackContext.Victim), link).ConfigureAwait(false);
        if (!evil.Received.TryDequeue(out var form)) return new Attempt(name, false, "the attacker's service got no code");
        if (changesAddress)
            form = new Dictionary<string, string>(form) { ["redirect_uri"] = evil.OtherAddress(form["redirect_uri"], honest) };
        var isVictims = honest.AccountOf(await honest.RedeemAsync(form).ConfigureAwait(false)) == AttackContext.Victim;
        return new Attempt(name, isVictims, isVictims ? "the attacker has a token of the victim's account" : "the code gives no token");
    }
}
