using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.SignIn;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Range.Exercises;

/// <summary>The provider's answer is sent a second time.</summary>
public sealed class StateReplay : SignInExercise
{
    /// <inheritdoc />
    public override string Id => "state-replay";

    /// <inheritdoc />
    public override string Title => "Provider's answer that is sent again";

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["OB-03", "C09", "C10"];

    /// <inheritdoc />
    public override string Protection => "authorization server, a state is spent by one act of the store";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A broker keeps the state of a sign-in after the answer came. The provider accepts a code twice, for clients that lost its answer.",
        "A proxy of the company records requests with their cookies. Mallory reads the record and sends Alice's answer again. Mallory's browser is then "
            + "in Alice's account, where it sees and withdraws the access that she granted.",
        "Gatehouse spends a state in one act of the store. The second use is refused, ends a grant that came from the first one, and raises an alarm.",
        "With grants in which a state is never spent, Mallory's browser is in Alice's account again.");

    internal override async Task<SignInPlaces> StartProvidersAsync(RangeFixture fixture) =>
        new(await RangeProvider.StartAsync(fixture, RangeProvider.Forgiving).ConfigureAwait(false), null);

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Around(PartNames.Grants, static real => new UnspentCredentials(real, CredentialKind.SignInState));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var victim = context.SignInPlaces!.BrowserOf(AttackContext.Victim);
        var account = (await SignInProgram.FindAsync(context).ConfigureAwait(false)).Account;
        await victim.AgreeAsync(await victim.OpenAsync(account).ConfigureAwait(false)).ConfigureAwait(false);
        var (address, cookies) = victim.Sent.First(request => request.Address.Query.Contains("state=", StringComparison.Ordinal)
            && request.Address.Query.Contains("code=", StringComparison.Ordinal));
        var attacker = new RangeBrowser();
        foreach (var (name, value) in cookies) attacker.SetCookie(address, name, value);
        var seen = await attacker.OpenAsync(address).ConfigureAwait(false);
        var isVictims = seen.Status == 200 && seen.Text.Contains(AttackContext.Victim, StringComparison.Ordinal);
        return [new Attempt("the recorded request", isVictims, isVictims ? "the attacker is in the victim's account" : $"HTTP {seen.Status}, no account")];
    }
}
