using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>A provider in an attacker's hands gets the code of an honest one that does not name itself in its answers.</summary>
public sealed class ProviderMixUpSilent : SignInExercise
{
    /// <inheritdoc />
    public override string Id => "provider-mix-up-silent";

    /// <inheritdoc />
    public override string Title => "Code of a provider without iss sent to another (mix-up)";

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["OB-03", "B09", "B10"];

    /// <inheritdoc />
    public override string Protection => "authorization server, the redirect address of each provider is compared with the state before a code is used";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A broker has one redirect address for the company and for a partner. The company's provider does not name itself in its answers, as Microsoft "
            + "Entra ID and AD FS do not.",
        "The partner's provider is in Mallory's hands. Alice chooses it, and it sends her browser on to the company's provider, with the client id, state, "
            + "challenge and redirect address of the company. The broker sends code and verifier to Mallory, who gets Alice's ID token from the company.",
        "Gatehouse has a redirect address for each provider (RFC 9700). The company's provider returns browsers only to its own. An answer there with the "
            + "state of another provider is refused before its code is used, with an alarm.",
        "With providers to which every answer came at the right address, Mallory gets code and verifier again.");

    internal override async Task<SignInPlaces> StartProvidersAsync(RangeFixture fixture)
    {
        var corp = await RangeProvider.StartAsync(fixture, RangeProvider.Silent).ConfigureAwait(false);
        return new SignInPlaces(corp, await RangeProvider.StartAsync(fixture, RangeProvider.OfAttacker(corp)).ConfigureAwait(false));
    }

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None.Around(
        PartNames.SignInProviders, static real => () => [.. real().Select(provider => new BlindToAddress(provider))]);

    internal override Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) => ProviderMixUp.MixUpAsync(context);
}
